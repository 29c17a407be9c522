// Whoever connects to a pod that sleeps while there is no host waits for the next one, for `wakeWait`. Not here: that the next host serves
// them (e2e/sleep.test.ts). And a keeper that is killed while a pod sleeps.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type GuardNote, guardNote } from '../../protocol/keeper.ts'
import { freePort } from '../free-port.ts'
import { isAlive, processesOf } from '../processes.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const host = new TestHost()
const wakeWait = 1500
const code = `import http from 'node:http'
export default () => void http.createServer((request, response) => response.end('hi')).listen(process.env.PORT)
`

test.before(async () => {
  mkdirSync(host.data, { recursive: true })
  writeFileSync(join(host.data, 'host.json'), JSON.stringify({ v: 1, id: 'waking', settings: { wakeWait } }))
  await host.up()
})
test.after(() => host.dispose())

/** @returns what is answered, or what the connection fails with, and after how long */
async function ask(port: number): Promise<{ said: string; tookMs: number }> {
  const startedMs = performance.now()
  const { promise, resolve } = Promise.withResolvers<string>()
  const request = http.get({ port, host: '127.0.0.1', agent: false }, response => {
    response.resume().once('end', () => resolve('served'))
  })
  request.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  return { said: await promise, tookMs: performance.now() - startedMs }
}

/** A connection that ends late keeps it awake. */
async function putToSleep(name: string): Promise<void> {
  await until(async () => {
    const { asleepSince, runs } = await host.status(name)
    if (asleepSince === undefined) await host.ask('pod.sleep', { name })
    return asleepSince !== undefined && runs.length === 0
  }, 'it sleeps')
}

test('without a host they wait for wakeWait, and are closed; those who come later wait anew, and the next host serves', async () => {
  const port = await freePort()
  await host.ask('pod.push', { name: 'bed', code })
  await host.ask('pod.start', { name: 'bed', config: { listen: `127.0.0.1:${port}`, sleep: '1h' }, asleep: true })
  await until(async () => (await host.status('bed')).asleepSince !== undefined, 'it sleeps')
  // The keeper is asked to watch a moment after that.
  assert.is((await ask(port)).said, 'served')
  await putToSleep('bed')
  await host.killHost()
  const first = await Promise.all([ask(port), ask(port)])
  assert.equal(
    first.map(({ said }) => said),
    ['ECONNRESET', 'ECONNRESET'],
  )
  // The second may have come a moment after the first, with which the time began.
  assert.ok(
    first.every(({ tookMs }) => tookMs > wakeWait * 0.9),
    JSON.stringify(first),
  )
  // Who connects while others are turned away is turned away too.
  await until(async () => {
    const { said, tookMs } = await ask(port)
    assert.is(said, 'ECONNRESET')
    return tookMs > wakeWait * 0.9
  }, 'one that comes later waits anew')
  await host.up()
  assert.is((await ask(port)).said, 'served')
})

/** @param not a keeper that is not meant. @returns a keeper that is alive, and the process beside it that has the sockets of pods that sleep */
async function guarded(not?: number): Promise<GuardNote> {
  const keepers = join(host.data, 'keepers')
  const read = (name: string) => {
    try {
      return JSON.parse(readFileSync(join(keepers, name, guardNote), 'utf8')) as GuardNote
    } catch {
      return undefined
    }
  }
  const find = () =>
    readdirSync(keepers)
      .map(read)
      .find(note => note && note.keeper.pid !== not && isAlive(note.keeper.pid) && isAlive(note.guard.pid))
  return (await until(find, 'a keeper has one beside it')) as GuardNote
}

/** One that has stopped does not begin another one in the place of that beside it. */
async function killBoth({ keeper, guard }: GuardNote): Promise<void> {
  process.kill(keeper.pid, 'SIGSTOP')
  process.kill(guard.pid, 'SIGKILL')
  process.kill(keeper.pid, 'SIGKILL')
  await until(() => !isAlive(keeper.pid) && !isAlive(guard.pid), 'both are gone')
}

/** Which keeper has the sockets of a pod. */
function keeperOf(name: string): number {
  return JSON.parse(readFileSync(join(host.data, 'pods', name, 'ports.json'), 'utf8')).keeper.pid
}

test('a keeper that is killed, with a host or without, refuses nobody who connects to a pod that sleeps', async () => {
  const port = await freePort()
  await host.ask('pod.push', { name: 'cot', code })
  await host.ask('pod.start', { name: 'cot', config: { listen: `127.0.0.1:${port}`, sleep: '1h' } })
  await until(async () => (await host.status('cot')).status === 'up', 'it is up')
  await putToSleep('cot')
  process.kill(keeperOf('cot'), 'SIGKILL')
  for (let times = 0; times < 5; times++) assert.is((await ask(port)).said, 'served')
  await putToSleep('cot')
  const second = keeperOf('cot')
  await host.killHost()
  // The next keeper finds no folder where it is to be.
  const keepers = join(host.data, 'keepers')
  for (const name of readdirSync(keepers)) rmSync(join(keepers, name), { recursive: true })
  process.kill(second, 'SIGKILL')
  const asked = ask(port)
  await guarded(second)
  await host.up()
  // The next host may have come too late for that one.
  assert.is.not((await asked).said, 'ECONNREFUSED')
  assert.is((await ask(port)).said, 'served')
})

test('one that was started asleep outlives its keeper as soon as that is answered', async () => {
  const ports = await Promise.all([freePort(), freePort(), freePort()])
  for (const [at, port] of ports.entries()) {
    const name = `crib${at}`
    await host.ask('pod.push', { name, code })
    await host.ask('pod.start', { name, config: { listen: `127.0.0.1:${port}`, sleep: '1h' }, asleep: true })
    process.kill(keeperOf(name), 'SIGKILL')
    assert.is((await ask(port)).said, 'served')
  }
})

test('a host opens the sockets of one that sleeps anew once its keeper and the process beside that are killed', async () => {
  const port = await freePort()
  await host.ask('pod.push', { name: 'mat', code })
  await host.ask('pod.start', { name: 'mat', config: { listen: `127.0.0.1:${port}`, sleep: '1h' }, asleep: true })
  const isServed = async () => (await ask(port)).said === 'served'
  await killBoth(await guarded())
  await until(isServed, 'it is served though both were killed at once')
  await putToSleep('mat')
  const { keeper, guard } = await guarded()
  process.kill(keeper.pid, 'SIGKILL')
  const isKeeper = ({ pid, command }: { pid: number; command: string }) =>
    pid === guard.pid && command.startsWith('p8a keeper')
  await until(() => processesOf(host.data).some(isKeeper), 'the one beside it is the next keeper')
  process.kill(guard.pid, 'SIGKILL')
  await until(isServed, 'it is served though that one was killed too')
})

test.run()

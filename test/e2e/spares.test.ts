// Spares with real processes: a run that begins in one is a run like any other, whatever becomes of spare and host.
// Not tested here: how many are made and when (daemon/pod/spares.test.ts), and how much sooner a start is (the bench).
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PodStatus } from '../../protocol/words.ts'
import { isLong } from '../../scripts/test/moments.ts'
import { isAlive, processesOf } from '../processes.ts'
import { until } from '../until.ts'
import { asItIs, TestHost } from './harness.ts'

const test = suite('spares')
const host = hostWith({ adoptTimeout: '1s' })
const cold = hostWith({ spares: 0 })

test.before(async () => {
  await Promise.all([host.up(), cold.up()])
})
test.after(async () => {
  await Promise.all([host.dispose(), cold.dispose()])
})

function hostWith(settings: Record<string, unknown>): TestHost {
  const made = new TestHost(asItIs)
  mkdirSync(made.data)
  writeFileSync(join(made.data, 'host.json'), JSON.stringify({ v: 1, id: 'x', settings }))
  return made
}

const infoOf = (of: TestHost) => of.ask('host.info', {})
const commandsOf = (of: TestHost, part: string) => processesOf(of.data).filter(({ command }) => command.includes(part))
/** Those that wait, or boot: a run has another title. */
const sparesOf = (of: TestHost) => commandsOf(of, 'shim').map(({ pid }) => pid)
const filesOf = (of: TestHost) => readdirSync(join(of.data, 'spares'))
const pidOf = (status: PodStatus) => status.runs[0]?.pid as number

/** What was said, with the host's own directory taken out, so that two hosts can be compared. */
function withoutDir<T>(of: TestHost, said: T): T {
  return JSON.parse(JSON.stringify(said).replaceAll(of.dir, '<dir>'))
}

/** Waits until a spare can be taken and no other is on its way. @returns its pid */
async function spareReady(of = host): Promise<number> {
  const wanted = async () => {
    const { spares } = await infoOf(of)
    const pids = sparesOf(of)
    return spares.ready > 0 && pids.length === spares.ready && pids
  }
  const [pid] = await until(wanted, 'a spare is ready')
  return pid as number
}

/** Waits until a pod is up in another process than before. */
async function upAnew(name: string, before: number): Promise<PodStatus> {
  const anew = async () => {
    const status = await host.status(name)
    return status.status === 'up' && pidOf(status) !== before && status
  }
  return await until(anew, `${name} is up anew`)
}

test('a start takes the process that waits, and another one takes its place', async () => {
  await host.push('puppet')
  const spare = await spareReady()
  await host.begin('puppet')
  assert.is(pidOf(await host.status('puppet')), spare)
  assert.equal(((await host.call('puppet', 'tell')) as { pid: number }).pid, spare)
  assert.is.not(await spareReady(), spare)
  const { spares } = await infoOf(host)
  assert.equal(spares, { ready: 1, hits: 1, misses: 0 })
  assert.is(filesOf(host).length, 2, 'the files of the one that was taken are those of the run')
  await host.stop('puppet')
})

test('a pod sees the same in a process that waited as in one of its own', async () => {
  const seen = async (of: TestHost) => {
    await of.push('mirror')
    if (of === host) await spareReady()
    const { hits } = (await infoOf(of)).spares
    await of.ok('start', 'local', 'mirror', '--env', 'OWN=a=b', '--env', 'NODE_ENV=test', '--env', 'P8A_LINK_SPARE=1')
    assert.is((await infoOf(of)).spares.hits, of === host ? hits + 1 : 0)
    const said = {
      env: (await of.call('mirror', 'env')) as Record<string, string>,
      self: await of.call('mirror', 'self'),
    }
    return withoutDir(of, said)
  }
  const [warm, own] = [await seen(host), await seen(cold)]
  assert.equal(warm, own)
  assert.equal([warm.env.OWN, warm.env.NODE_ENV, warm.env.P8A_LINK_SPARE], ['a=b', 'test', undefined])
  await host.stop('mirror')
})

test('an uncaught error is told with the same stack, and ends the run in the same way', async () => {
  const told = async (of: TestHost) => {
    await of.push('puppet', 'failing')
    if (of === host) await spareReady()
    await of.begin('failing', { config: { restart: 'never' } })
    await of.call('failing', 'reject', 'nobody catches this')
    await until(async () => (await of.status('failing')).status === 'error', 'it is over')
    return withoutDir(of, { lines: await of.lines('failing'), text: (await of.status('failing')).text })
  }
  assert.equal(await told(host), await told(cold))
})

test('a time zone of its own is in force in a process that had another', async () => {
  await spareReady()
  const { hits } = (await infoOf(host)).spares
  await host.ok('start', 'local', 'mirror', '--env', 'TZ=Asia/Tokyo')
  assert.is((await infoOf(host)).spares.hits, hits + 1)
  const { hour, zone, text } = (await host.call('mirror', 'clock')) as { hour: number; zone: string; text: string }
  assert.equal([hour, zone], [9, 'Asia/Tokyo'])
  assert.match(text, 'GMT+0900')
  await host.stop('mirror')
})

test('what has to be there when Node begins has a process of its own, and counts as no miss', async () => {
  const spare = await spareReady()
  const before = (await infoOf(host)).spares
  const limits = [['--env', 'NODE_OPTIONS=--max-old-space-size=99'], ['--node-flag=--max-old-space-size=99']]
  for (const options of limits) {
    await host.ok('start', 'local', 'mirror', ...options)
    const limitBytes = (await host.call('mirror', 'heapLimitBytes')) as number
    assert.ok(limitBytes < 200 * 1024 * 1024, `${options} is in force`)
    assert.is.not(pidOf(await host.status('mirror')), spare)
    await host.stop('mirror')
  }
  assert.equal((await infoOf(host)).spares, before)
  assert.is(await spareReady(), spare)
  await host.remove('mirror')
})

test('a spare that is killed is replaced', async () => {
  const spare = await spareReady()
  process.kill(spare, 'SIGKILL')
  await until(() => !isAlive(spare), 'it is gone')
  assert.is.not(await spareReady(), spare)
  await until(() => filesOf(host).length === 2, 'its files are gone')
})

test('a spare that is stopped keeps no pod from starting, and does not stay', async () => {
  const spare = await spareReady()
  process.kill(spare, 'SIGSTOP')
  await host.begin('puppet')
  const status = await host.status('puppet')
  assert.equal([status.status, status.restarts], ['up', 0])
  assert.is.not(pidOf(status), spare)
  await until(() => !isAlive(spare), 'it was killed')
  assert.is(commandsOf(host, 'pod puppet').length, 1)
})

test('ten crashes in a row are all recovered from', async () => {
  await host.restart('puppet')
  await host.stop('puppet')
  await host.ok('start', 'local', 'puppet', '--min-uptime', '0')
  for (let crash = 1; crash <= 10; crash++) {
    const status = await host.status('puppet')
    process.kill(pidOf(status), 'SIGKILL')
    assert.is((await upAnew('puppet', pidOf(status))).restarts, crash)
  }
  assert.is(commandsOf(host, 'pod puppet').length, 1)
})

test('the spares of a killed host end; a run that began in one is adopted', async () => {
  await spareReady()
  await host.push('forever')
  await host.begin('forever')
  const before = pidOf(await host.status('forever'))
  await spareReady()
  const spares = sparesOf(host)
  await host.killHost()
  await until(() => spares.every(pid => !isAlive(pid)), 'they are gone')
  await host.up()
  const after = await host.status('forever')
  assert.equal([pidOf(after), after.restarts], [before, 0])
  assert.not.ok(spares.includes(await spareReady()))
  assert.is(filesOf(host).length, 2, 'nothing is left of those that ended')
  process.kill(before, 'SIGKILL')
  await upAnew('forever', before)
})

test('a process that has the ticket of a run and is not its process is told to end, and the run is left alone', async () => {
  const status = await host.status('puppet')
  const number = status.runs[0]?.id.split('.')[1]
  const record = readFileSync(join(host.data, 'pods/puppet/runs', `${number}.json`), 'utf8')
  const { ticket } = JSON.parse(record) as { ticket: string }
  const socket = connect(join(host.data, 'link.sock'))
  const hello = { ticket, pid: process.pid, state: 'empty' }
  socket.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'hello', params: hello })}\n`)
  const [answer] = await once(socket, 'data')
  assert.is(JSON.parse(answer).result.do, 'end')
  socket.destroy()
  assert.is(((await host.call('puppet', 'tell')) as { pid: number }).pid, pidOf(status))
})

test('the folder of the spares may be taken away under the live host', async () => {
  await spareReady()
  rmSync(join(host.data, 'spares'), { recursive: true })
  await host.restart('puppet')
  await spareReady()
  assert.ok(existsSync(join(host.data, 'spares')))
})

test('a host that stops while a spare boots leaves none', async () => {
  const other = hostWith({ spares: 4 })
  await other.up()
  await other.ok('host', 'stop')
  await until(() => processesOf(other.data).length === 0, 'all are gone')
  await other.dispose()
})

test('a host that is killed at any moment of a start leaves the next one a process for each run, and no other', async () => {
  // Moments from the begin to 30 ms later.
  for (let afterMs = 0; afterMs <= 30; afterMs += isLong() ? 2 : 5) {
    const name = `chaos-${afterMs}`
    await host.push('forever', name)
    await spareReady()
    const client = await host.client()
    const asked = client.call('pod.start', { name }).catch(() => {})
    // The moment is what is varied; nothing is waited for by it.
    await new Promise(resolve => setTimeout(resolve, afterMs))
    await host.killHost()
    await asked
    client.close()
    await host.up()
    const isWanted = JSON.parse(readFileSync(join(host.data, 'pods', name, 'pod.json'), 'utf8')).want === 'up'
    if (isWanted) await until(async () => (await host.status(name)).status === 'up', `${name} is up`)
    const pids = commandsOf(host, `pod ${name}.`).map(({ pid }) => pid)
    assert.equal(
      pids,
      (await host.status(name)).runs.map(run => run.pid),
    )
    assert.is(pids.length, isWanted ? 1 : 0)
  }
  await spareReady()
  const { pods, spares } = await host.ask('host.info', {})
  assert.is(processesOf(host.data).length, 1 + pods.up + spares.ready, 'host, runs and spares, and nobody else')
  assert.is(filesOf(host).length, 2 * spares.ready)
})

test.run()

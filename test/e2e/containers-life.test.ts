// What a run in a container of podman shares with every other one: how it says that it is ready, its commands, its stdin, its checks, its
// signals, its lease, and that a reload, a scale and an upgrade lose no request. Not here: what it is kept from (containers.test.ts).
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { MethodInput } from '../../protocol/methods.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { freePort } from '../free-port.ts'
import { needs } from '../needs.ts'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'
import { ContainerHost, seldom } from './container-host.ts'
import { installAt } from './installed.ts'

const test = suite('life in containers')
const host = new ContainerHost({ spares: 0 }, { isSteady: true })
const contained = needs(test, 'podman')

test.after(() => host.dispose())

const isolate = 'container'

/** A file with a text in it, beside the data of the host. */
function file(name: string, text: string): string {
  const path = join(host.dir, name)
  writeFileSync(path, text)
  return path
}

/** Begins a pod, and lets the test go on meanwhile. */
function beginning(name: string, config: MethodInput<'pod.start'>['config'] = {}): Promise<PodStatus> {
  const begun = host.ask('pod.start', { name, config })
  // Whoever waits for it hears of it.
  begun.catch(() => {})
  return begun
}

async function says(pod: string, line: string): Promise<void> {
  await until(async () => (await host.lines(pod)).includes(line), `${pod} says ${line}`)
}

contained('a program is up when it says so, has the variables of its file, and is asked to end', async () => {
  await host.up()
  const dir = join(host.dir, 'told')
  mkdirSync(dir)
  writeFileSync(join(dir, 'my.env'), "GREETING='hello, you'")
  writeFileSync(
    join(dir, 'server.js'),
    `console.log(process.env.GREETING)
process.on('SIGHUP', () => console.log('reads again'))
process.on('SIGUSR2', () => process.send('ready'))
require('node:http').createServer((_, res) => res.end(process.env.P8A_RUN)).listen(process.env.PORT, '127.0.0.1', () => console.log('listens'))`,
  )
  const listen = `127.0.0.1:${await freePort()}`
  const pod = { ready: 'said', envFile: 'my.env', isolate, listen, startTimeout: '5m' }
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ scripts: { start: 'node server.js' }, pod }))
  await host.ok('push', 'local', 'told', dir)
  const begun = beginning('told')
  await says('told', 'listens')
  const [run] = (await host.status('told')).runs
  assert.is(run?.state, 'starting')
  assert.ok((await host.lines('told')).includes('hello, you'))
  process.kill(run?.pid as number, 'SIGUSR2')
  assert.is((await begun).status, 'up')
  process.kill(run?.pid as number, 'SIGHUP')
  await says('told', 'reads again')
  assert.is(await (await fetch(`http://${listen}`)).text(), 'told.1')
  const refused = await host.refused('kill', 'local', 'told', '-HUP')
  assert.match(refused.hint, 'kill -HUP PID')
  await host.stop('told')
})

contained('a service says READY=1 from within, and has a stdin that stays open', async () => {
  const code = `#!/usr/bin/env python3
import os, socket, sys
said = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
said.sendto(b"STATUS=at work\\nREADY=1", os.environ["NOTIFY_SOCKET"])
for line in sys.stdin:
  print("got", line.strip(), flush=True)`
  await host.ok('push', 'local', 'said', file('said.py', code), '--service')
  await host.begin('said', { config: { isolate, ready: 'said', stdin: 'open' } })
  assert.equal((await host.status('said')).runs[0]?.text, 'at work')
  await host.ok('send', 'local', 'said', 'more')
  await says('said', 'got more')
  await host.stop('said')
})

contained('commands of the shell, and a check by a command, which is outside and sees what it leaves', async () => {
  const code = `import { writeFileSync } from 'node:fs'
export const config = { isolate: 'container', check: { command: 'test -e "$P8A_STORAGE/fine"', interval: '100ms', failures: 1 } }
export const commands = {
  async ask(argv, send, recv, primary) {
    const name = await recv('Who? ')
    const { runs } = await primary.status({ name: 'asked' })
    return [argv[1], name, runs.length].join(' ')
  },
}
export default async (params, bus, p8a) => writeFileSync(p8a.storage + '/fine', '')`
  await host.ok('push', 'local', 'asked', file('asked.js', code))
  await host.ok('start', 'local', 'asked')
  const args = ['bin/pod.cjs', 'shell', 'local', 'asked'].map((word, at) =>
    at === 0 ? join(import.meta.dirname, '../..', word) : word,
  )
  const { stdout } = await host.run(process.execPath, ['--', ...args], { input: 'ask hello\nAnn\n' })
  assert.match(stdout, 'hello Ann 1')
  const { id } = await host.upRun('asked')
  rmSync(join(host.data, 'pods/asked/storage/fine'))
  await host.upRun('asked', id)
  const ended = (await host.runs('asked')).find(run => run.id === id)
  assert.equal([ended?.end?.reason, ended?.end?.message], ['unhealthy', 'check.command ended with code 1'])
  await host.stop('asked')
})

contained('a lease that is over ends what is in the container, though host and client are gone', async () => {
  const lease = { file: join(host.dir, 'leases/lease'), for: 3_600_000 }
  // While nothing is there, it counts from the begin of the run.
  mkdirSync(join(host.dir, 'leases'))
  await host.ok('push', 'local', 'kept', file('kept.sh', '#!/bin/sh\nsleep 1000'), '--service')
  await host.ok('push', 'local', 'own', file('own.js', 'export default () => {}'))
  await host.begin('kept', { config: { isolate, lease, readyAfter: 100 } })
  await host.begin('own', { config: { isolate, lease } })
  const names = [await host.running('kept'), await host.running('own')]
  const within = names.map(name => Number(host.podman('inspect', '--format', '{{.State.Pid}}', name)))
  await host.killHost()
  assert.equal(within.map(isAlive), [true, true])
  writeFileSync(lease.file, String(uptime() * 1000 - lease.for))
  await until(() => within.every(pid => !isAlive(pid)), 'what was within is gone')
  await host.up()
  for (const name of ['kept', 'own']) await host.remove(name)
})

contained(
  'without a network it reaches no port of the machine and takes none, and is called all the same',
  async () => {
    await host.push('attacker', 'offline')
    await host.begin('offline', { config: { isolate: { by: 'container', network: false } } })
    assert.is(await host.call('offline', 'attempt', 'dial', host.port), 'ECONNREFUSED')
    assert.is(await host.call('offline', 'attempt', 'listen', host.port), 'done', 'the port is one of its own network')
    assert.is(await host.call('offline', 'answer'), 'an answer')
    await host.remove('offline')
  },
)

contained('no request is lost by a reload, a scale, the end of the host, and its upgrade', async () => {
  const listen = `127.0.0.1:${await freePort()}`
  const code = (version: number) => `export const config = { isolate: 'container', listen: '${listen}' }
export const fetch = () => new Response('${version}')
export default () => {}`
  await host.ok('push', 'local', 'web', file('web.js', code(1)))
  await host.ok('start', 'local', 'web')
  let [isOver, answers] = [false, 0]
  const troubles: unknown[] = []
  const asking = (async () => {
    while (!isOver) {
      await fetch(`http://${listen}`, { headers: { connection: 'close' } })
        .then(async answer => (await answer.text()) && answers++)
        .catch(error => troubles.push(error.cause ?? error))
      // Others on this machine have something to do too.
      await delay(10)
    }
  })()
  await host.ok('push', 'local', 'web', file('web.js', code(2)))
  await host.ok('reload', 'local', 'web')
  assert.is(await (await fetch(`http://${listen}`)).text(), '2')
  await host.ok('scale', 'local', 'web', '2')
  await host.ok('scale', 'local', 'web', '1')
  const { id } = await host.upRun('web')
  await host.killHost()
  await host.up()
  assert.is((await host.upRun('web')).id, id)
  const next = join(host.dir, 'next')
  installAt(next)
  await host.ok('host', 'upgrade', next)
  assert.is((await host.upRun('web')).id, id)
  const before = answers
  await until(() => answers > before, 'it answers')
  isOver = true
  await asking
  assert.equal(troubles, [])
  await host.remove('web')
  await until(() => host.containers().length === 0, 'none is left', seldom)
})

test.run()

// Services in other languages, with real hosts, keepers and shells. Not here: what follows from what (daemon/pod/kept-runs.test.ts).
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { freePort } from '../free-port.ts'
import { needs } from '../needs.ts'
import { notifyProgram } from '../paths.ts'
import { isAlive, processesOf } from '../processes.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const host = new TestHost()
const loop = `#!/bin/sh
trap 'echo bye; exit 0' TERM
echo "up $LEVEL"
while :; do sleep 0.05; done
`

test.before(async () => await host.up())
test.after(async () => await host.dispose())

/** A file in the folder of this test. */
function file(name: string, text: string): string {
  const path = join(host.dir, name)
  writeFileSync(path, text, { mode: 0o755 })
  return path
}

async function pidOf(name: string): Promise<number> {
  return (await host.status(name)).runs[0]?.pid as number
}

function logOf(name: string, number: number): string {
  return readFileSync(join(host.data, 'logs', name, `${number}.log`), 'utf8')
}

function killKeeper(): void {
  for (const { pid, command } of processesOf(host.data))
    if (command.startsWith('p8a keeper')) process.kill(pid, 'SIGKILL')
}

test('a script that is kept up is up, is started anew, and goes on through the death of its keeper and its host', async () => {
  await host.ok('push', 'local', 'loop', file('loop.sh', loop), '--service')
  await host.ok('start', 'local', 'loop', '--env', 'LEVEL=high', '--ready-after', '50ms')
  await until(() => logOf('loop', 1).includes('stdout F up high'), 'its line is in the log')
  process.kill(await pidOf('loop'), 'SIGKILL')
  const second = await until(async () => {
    const { status, runs } = await host.status('loop')
    return status === 'up' && runs[0]?.id === 'loop.2' && runs[0].pid
  }, 'it is up again')
  killKeeper()
  await host.killHost()
  await host.up()
  assert.is(await pidOf('loop'), second)
  await host.stop('loop')
  assert.match(logOf('loop', 2), /stdout F bye/)
  assert.not(isAlive(second))
  const { runs } = await host.ask('pod.runs', { name: 'loop' })
  assert.is(runs.at(-1)?.end?.signal, 'SIGKILL')
})

test('a next host knows the code of a service that ended while there was none', async () => {
  await host.ok(
    'push',
    'local',
    'ends',
    file('ends.sh', '#!/bin/sh\nuntil [ -e go ]; do sleep 0.02; done; exit 7'),
    '--service',
  )
  await host.ok('start', 'local', 'ends', '--ready-after', '20ms', '--restart', 'never')
  const pid = await pidOf('ends')
  await host.killHost()
  writeFileSync(join(host.data, 'pods/ends/storage/go'), '')
  await until(() => !isAlive(pid), 'it has ended')
  await host.up()
  const ended = await until(async () => {
    const { runs } = await host.ask('pod.runs', { name: 'ends' })
    return runs[0]?.end
  }, 'its end is known')
  assert.equal([ended.reason, ended.code], ['exited', 7])
  await host.remove('ends')
})

test('a command line of one program ends as that program does; one that goes into the background is told what to do', async () => {
  const folder = join(host.dir, 'line')
  mkdirSync(folder)
  writeFileSync(join(folder, 'loop.sh'), loop, { mode: 0o755 })
  await host.ok('push', 'local', 'line', folder, '--command', './loop.sh')
  await host.ok('start', 'local', 'line', '--ready-after', '50ms')
  await until(() => logOf('line', 1).includes('stdout F up'), 'it listens to its signal')
  await host.stop('line')
  const { runs } = await host.ask('pod.runs', { name: 'line' })
  assert.equal([runs[0]?.end?.code, runs[0]?.end?.signal], [0, null])
  await host.ok('push', 'local', 'daemon', file('daemon.sh', '#!/bin/sh\nexit 0'), '--service')
  const start = ['start', 'local', 'daemon', '--retries', '1', '--give-up', '1', '--ready-after', '1m']
  const { hint } = await host.refused(...start)
  assert.match(hint ?? '', 'keeps it in the foreground')
  // As one does that forks, begins a session of its own, and has closed its output.
  const forking = `#!/bin/sh
setsid sh -c 'echo $$ > ${join(host.dir, 'daemon.pid')}; exec sleep 1000' < /dev/null > /dev/null 2>&1 &
until [ -s ${join(host.dir, 'daemon.pid')} ]; do :; done`
  await host.ok('push', 'local', 'daemon', file('daemon.sh', forking), '--service')
  const { message, hint: way } = await host.refused(...start)
  assert.match(way ?? '', 'with a command that stays in the foreground')
  assert.match(message, /exited with code 0: it went into the background \((sh|sleep)\), and was ended there/)
  const pid = Number(readFileSync(join(host.dir, 'daemon.pid'), 'utf8'))
  assert.not(isAlive(pid), 'nothing is left of it')
  await host.remove('daemon')
})

needs(test, 'python3')(
  'what a service has begun ends with it, though it has a session of its own and nothing of it open',
  async () => {
    const begun = join(host.dir, 'begun.pid')
    // Python closes all descriptors for what it begins.
    const code = `import subprocess, time
quiet = subprocess.DEVNULL
child = subprocess.Popen(['sleep', '1000'], start_new_session=True, stdin=quiet, stdout=quiet, stderr=quiet)
print(child.pid, file=open('${begun}', 'w'), flush=True)
time.sleep(1000)`
    await host.ok('push', 'local', 'begins', file('begins.py', code), '--command', 'python3 $P8A_FILE')
    await host.ok('start', 'local', 'begins', '--ready-after', '20ms', '--restart', 'never')
    const pid = await until(() => existsSync(begun) && Number(readFileSync(begun, 'utf8')), 'its child has begun')
    process.kill(await pidOf('begins'), 'SIGKILL')
    await until(async () => (await host.ask('pod.runs', { name: 'begins' })).runs[0]?.end, 'it has ended')
    await until(() => !isAlive(pid), 'its child is gone')
    await host.remove('begins')
  },
)

test('a program whose port another one has is told so, and how it gets another port', async () => {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await host.pushFile('busy', file('busy.cjs', 'require("node:http").createServer().listen(process.env.PORT)'))
  const { hint } = await host.refused('start', 'local', 'busy', '--retries', '1', '--env', `PORT=${port}`)
  assert.match(hint ?? '', /Another program has that address.* pod start local busy --env PORT=/)
  await host.remove('busy')
  server.close()
})

test('a script whose #! line ends in a carriage return is told how it is saved', async () => {
  await host.ok('push', 'local', 'marked', file('marked.py', '#!/usr/bin/env python3\r\nprint(1)\r\n'), '--service')
  const { hint } = await host.refused('start', 'local', 'marked')
  assert.match(hint ?? '', /^Its first line \(#!\) ends in a carriage return: save it with Unix line ends/)
  await host.remove('marked')
})

test('a program that cannot take the socket of its host, and opens its port by itself, is told what to do', async () => {
  const address = `127.0.0.1:${await freePort()}`
  const [, port] = address.split(':')
  const code = `require("node:http").createServer().listen({ port: ${port}, host: "127.0.0.1", exclusive: true })`
  await host.ok('push', 'local', 'own', file('own.cjs', code), '--command', 'node $P8A_FILE')
  const start = ['start', 'local', 'own', '--retries', '1', '--listen', address, '--ready-after', '1m']
  const { hint } = await host.refused(...start)
  assert.match(
    hint ?? '',
    /it has them from descriptor 3 on \(LISTEN_FDS\); one that opens .* pod start local own --port 8080/,
  )
  await host.remove('own')
})

test('a command line of a folder is up once it listens, is checked, and its children have time to end', async () => {
  const folder = join(host.dir, 'site')
  mkdirSync(folder)
  writeFileSync(
    join(folder, 'server.js'),
    `process.on('SIGTERM', () => { console.log('closing'); setTimeout(() => { console.log('closed'); process.exit() }, 100) })
    require('http').createServer((_, response) => response.end('ok')).listen(process.env.PORT, '127.0.0.1')`,
  )
  const port = String(await freePort())
  await host.ok('push', 'local', 'site', folder, '--command', 'node server.js & wait')
  await host.ok(
    'start',
    'local',
    'site',
    '--env',
    `PORT=${port}`,
    '--ready-after',
    '1m',
    '--start-timeout',
    '2m',
    '--check-http',
    '/',
  )
  assert.is(await (await fetch(`http://127.0.0.1:${port}`)).text(), 'ok')
  await host.stop('site')
  assert.match(logOf('site', 1), /closing\n.*closed\n/)
})

test('with stopTo main the first process alone gets the signal, and lets what it has started finish', async () => {
  const child = 'trap "echo child asked" TERM; echo begun; until [ -e asked ]; do sleep 0.02; done; echo finished'
  // The second wait is over once the child is.
  const main = `#!/bin/sh
trap 'echo main asked; touch asked; wait; exit 3' TERM
sh -c '${child}' &
wait`
  await host.ok('push', 'local', 'pool', file('pool.sh', main), '--service')
  await host.ok('start', 'local', 'pool', '--stop-to', 'main', '--stop-timeout', '10m', '--ready-after', '20ms')
  await until(() => logOf('pool', 1).includes('stdout F begun'), 'its child has begun')
  await host.stop('pool')
  const said = logOf('pool', 1).match(/(?<=stdout F ).*/g)
  assert.equal(said, ['begun', 'main asked', 'finished'])
  const { runs } = await host.ask('pod.runs', { name: 'pool' })
  assert.is(runs[0]?.end?.code, 3)
  await host.remove('pool')
})

needs(test, 'node:ffi')(
  'a service is up once it says READY=1, and its STATUS is shown, also by a next host',
  async () => {
    const script = `#!/bin/sh
    node ${notifyProgram} STATUS=loading
    until [ -e go ]; do sleep 0.02; done
    node ${notifyProgram} READY=1 STATUS=serving
    sleep 1000`
    await host.ok('push', 'local', 'slow', file('slow.sh', script), '--service')
    const starting = host.pod(
      'start',
      'local',
      'slow',
      '--ready',
      'said',
      '--ready-after',
      '10ms',
      '--stop-timeout',
      '100ms',
    )
    await until(async () => (await host.status('slow')).runs[0]?.text !== undefined, 'it says how it is')
    assert.is((await host.status('slow')).status, 'waiting')
    await host.killHost()
    await host.up()
    writeFileSync(join(host.data, 'pods', 'slow', 'storage', 'go'), '')
    await until(async () => (await host.status('slow')).status === 'up', 'it is up')
    await starting
    const record = join(host.data, 'pods', 'slow', 'runs', '1.json')
    await until(() => readFileSync(record, 'utf8').includes('"state": "up"'), 'that is saved')
    killKeeper()
    await host.killHost()
    await host.up()
    const { status, runs } = await host.status('slow')
    assert.equal([status, runs.length], ['up', 1])
    await host.remove('slow')
  },
)

test.run()

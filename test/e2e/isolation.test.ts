// What each level of isolation stops, and what it does not: the table of docs/SECURITY.md. Not here: what eats memory, processes or
// descriptors (e2e/bounds).
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import net from 'node:net'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { freePort } from '../free-port.ts'
import { needs } from '../needs.ts'
import { processesOf } from '../processes.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('isolation')
const host = new TestHost()

test.before(async () => {
  await host.up()
  await host.push('attacker', 'victim')
  await host.begin('victim', { config: { listen: 'unix' } })
})
test.after(() => host.dispose())

/** Whether the host can ask who is at a socket. */
const hasPeers = () => process.platform === 'linux' && isBuiltin('node:ffi')

/** What comes of each attack by a pod of that level. */
async function attacksBy(name: string): Promise<Record<string, unknown>> {
  const attempt = async (how: string, what?: unknown) => await host.call(name, 'attempt', how, what)
  const victim = (await host.status('victim')).runs[0]?.pid
  return {
    'reads the token': await attempt('read', join(host.data, 'token')),
    'reads the storage of another pod': await attempt('read', join(host.data, 'pods/victim/storage/secret')),
    'lists the data directory of another pod': await attempt('list', join(host.data, 'pods/victim')),
    'asks the host': await attempt('ask', join(host.data, 'host.sock')),
    'dials the socket of another pod': await attempt('dial', join(host.data, 'pods/victim/main.sock')),
    'writes in the data directory': await attempt('write', join(host.data, `${name}-x`)),
    'signals the host': await attempt('signal', host.pid),
    'signals another pod': await attempt('signal', victim),
    'starts a program': await attempt('child'),
    'listens at a port': await attempt('listen', await freePort()),
    'writes in its storage': await attempt('write', 'own'),
  }
}

test('a pod without isolation may do what the user of the host may do', async () => {
  await host.push('attacker', 'plain')
  await host.begin('plain')
  assert.equal([...new Set(Object.values(await attacksBy('plain')))], ['done'])
})

test("permission: Node's own model stops files and programs, and neither signals nor sockets", async () => {
  await host.push('attacker', 'permitted')
  await host.ok('start', 'local', 'permitted', '--isolate', 'permission')
  const denied = 'ERR_ACCESS_DENIED'
  assert.equal(await attacksBy('permitted'), {
    'reads the token': denied,
    'reads the storage of another pod': denied,
    'lists the data directory of another pod': denied,
    'asks the host': hasPeers() ? 'forbidden' : 'done',
    'dials the socket of another pod': 'done',
    'writes in the data directory': denied,
    'signals the host': 'done',
    'signals another pod': 'done',
    'starts a program': denied,
    'listens at a port': 'done',
    'writes in its storage': 'done',
  })
})

test('permission: what counts is the version that is to begin; a pod.json that was edited by hand begins nothing without it', async () => {
  const asCommand = async (name: string) =>
    await host.ask('pod.push', { name, tree: [], command: 'exec sleep 1000', asIs: true })
  await host.push('attacker', 'turned')
  await host.begin('turned', { config: { isolate: 'permission' } })
  await asCommand('turned')
  const error = await host.ask('pod.restart', { name: 'turned' }).catch(error => error)
  assert.match(error.message, 'its process is not one of Node')
  assert.is((await host.status('turned')).version, 1)
  await asCommand('back')
  await host.push('attacker', 'back')
  await host.begin('back', { version: 1 })
  const file = join(host.data, 'pods/back/pod.json')
  const desired = JSON.parse(readFileSync(file, 'utf8'))
  const { generation } = desired
  writeFileSync(file, JSON.stringify({ ...desired, generation: generation + 1, config: { isolate: 'permission' } }))
  const isTold = async () => /isolate "permission" holds nothing here/.test((await host.status('back')).text ?? '')
  await until(isTold, 'its run is refused')
  await host.stop('back')
  await host.begin('back', { version: 2, config: { isolate: 'permission' } })
  assert.is(await host.call('back', 'attempt', 'child'), 'ERR_ACCESS_DENIED')
})

const sandboxed = needs(test, 'bwrap')

sandboxed('sandbox: a pod sees nothing of the host and of other pods, and signals neither', async () => {
  await host.push('attacker', 'boxed')
  await host.ok('start', 'local', 'boxed', '--isolate', 'sandbox')
  const expected = {
    'reads the token': 'ENOENT',
    'reads the storage of another pod': 'ENOENT',
    'lists the data directory of another pod': 'ENOENT',
    'asks the host': 'ENOENT',
    'dials the socket of another pod': 'ENOENT',
    'writes in the data directory': 'done',
    'signals the host': 'ESRCH',
    'signals another pod': 'ESRCH',
    'starts a program': 'done',
    'listens at a port': 'done',
    'writes in its storage': 'done',
  }
  assert.equal(await attacksBy('boxed'), expected)
  assert.equal((await host.status('boxed')).isolate, { by: 'sandbox' })
  assert.match(await host.ok('status', 'boxed'), /isolate +sandbox\n/)
  assert.is(await host.call('boxed', 'attempt', 'write', '/etc/p8a-attack'), 'EROFS')
  assert.is(existsSync(join(host.data, 'boxed-x')), false, 'what it writes there is its own, and gone with it')
  assert.is(readFileSync(join(host.data, 'pods/boxed/storage/own'), 'utf8'), 'x')
})

sandboxed('sandbox: files that it has in memory count as its memory', async () => {
  await host.push('greedy', 'filled')
  await host.begin('filled', { config: { isolate: 'sandbox', limits: { memoryMax: '300MB' } } })
  await host.call('filled', 'fillAt', '/dev/shm/x', 100)
  await host.call('filled', 'fillAt', '/tmp/x', 250).catch(() => {})
  const ended = await until(
    async () => (await host.runs('filled')).find(({ end }) => end?.reason === 'limit'),
    'it ended',
  )
  assert.match(ended.end?.message ?? '', /^memory limit 300 MB \(was \d+ MB\)$/)
  await host.stop('filled')
})

sandboxed('sandbox: it calls others and is called, also under the next host, which adopts it', async () => {
  const calls = async () => [
    await host.call('boxed', 'ask', 'victim', 'answer'),
    await host.call('victim', 'ask', 'boxed', 'answer'),
  ]
  assert.equal(await calls(), ['an answer', 'an answer'])
  const before = (await host.status('boxed')).runs[0]?.id
  await host.killHost()
  await host.up()
  await until(async () => (await host.status('boxed')).status === 'up', 'it is adopted')
  assert.is((await host.status('boxed')).runs[0]?.id, before, 'it is the same run')
  assert.equal(await calls(), ['an answer', 'an answer'])
  // Its sandbox is ended, which the pod within does not notice.
  const [adopted] = (await host.status('boxed')).runs
  assert.ok(adopted?.pid)
  process.kill(adopted.pid, 'SIGKILL')
  const next = await until(async () => {
    const { status, runs } = await host.status('boxed')
    return status === 'up' && runs[0]?.id !== before && runs[0]
  }, 'another run is up')
  const named = processesOf(host.data).filter(({ command }) => command.startsWith(`pod ${before}`))
  assert.equal([named, await calls()], [[], ['an answer', 'an answer']])
  await host.stop('boxed')
  const [last] = await host.runs('boxed')
  assert.equal([last?.id, last?.end?.reason], [next.id, 'stopped'])
})

sandboxed('sandbox: a program in it has its sockets, its time to end, and what it is let read', async () => {
  const port = await freePort()
  const extra = join(host.dir, 'extra.txt')
  writeFileSync(extra, 'extra')
  const code = `const http = require('node:http'), fs = require('node:fs')
const server = http.createServer((_, res) => res.end(fs.readFileSync(${JSON.stringify(extra)}, 'utf8'))).listen(process.env.PORT)
process.on('SIGTERM', () => { console.log('ends'); server.close(); setTimeout(() => process.exit(7), 50) })`
  const file = join(host.dir, 'web.cjs')
  writeFileSync(file, code)
  await host.pushFile('web', file)
  await host.begin('web', { config: { listen: port, isolate: { by: 'sandbox', read: [extra] } } })
  assert.is(await (await fetch(`http://127.0.0.1:${port}`)).text(), 'extra')
  await host.stop('web')
  assert.ok((await host.lines('web')).includes('ends'))
})

sandboxed('sandbox: without network there is none, and the link to the host is', async () => {
  await host.push('attacker', 'offline')
  await host.begin('offline', { config: { isolate: { by: 'sandbox', network: false } } })
  const server = net.createServer(socket => socket.destroy())
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  assert.not.equal(await host.call('offline', 'attempt', 'dial', port), 'done')
  server.close()
  assert.is(await host.call('offline', 'ask', 'victim', 'answer'), 'an answer')
})

sandboxed('sandbox: a script, and a service in another language, see nothing of the host either', async () => {
  const script = `#!/bin/sh\nls ${host.data}; cat ${host.data}/token || echo none; kill -0 ${host.pid} || echo nobody; echo x > own && cat own`
  const file = join(host.dir, 'look.sh')
  writeFileSync(file, `${script}\n[ "$1" ] || exec sleep 1000`)
  await host.pushFile('look', file)
  const run = (await host.ok('start', 'local', 'look', '--isolate', 'sandbox', '--', 'once')).trim()
  await until(async () => (await host.runs('look'))[0]?.end, 'it is over')
  const output = (await host.ask('pod.output', { name: 'look', run })).data
  for (const told of ['none', 'nobody', 'x']) assert.ok(output.split('\n').includes(told), output)
  assert.not.match(output, 'tokens.json')
  await host.ok('push', 'local', 'kept', file, '--service')
  await host.begin('kept', { config: { isolate: 'sandbox', readyAfter: 100 } })
  await until(async () => (await host.lines('kept')).includes('x'), 'it has looked')
  assert.ok((await host.lines('kept')).includes('nobody'))
  await host.stop('kept')
})

test('what cannot be had is refused at the start by name, and the doctor says what there is', async () => {
  await host.push('attacker', 'refused')
  const withUser = { isolate: 'container', user: 'nobody' } as const
  const container = await host.begin('refused', { config: withUser }).catch(error => error)
  assert.equal([container.code, /"container": it goes with no user/.test(container.message)], ['unsupported', true])
  const inImage = { isolate: { by: 'sandbox', image: 'node:24' } } as const
  const image = await host.begin('refused', { config: inImage }).catch(error => error)
  assert.match(image.message, 'only a container begins in an image')
  const words = await host.refused('start', 'local', 'refused', '--isolate', 'jail')
  assert.equal(
    [words.code, /must be one of process, permission, sandbox, container/.test(words.message)],
    ['bad_config', true],
  )
  const idle = { by: 'process', network: false } as const
  const error = await host.begin('refused', { config: { isolate: idle } }).catch(error => error)
  assert.match(error.message, 'need a level that holds them')
  const offline = await host
    .begin('refused', { config: { isolate: { by: 'permission', network: false } } })
    .catch(error => error)
  assert.match(offline.message, 'cannot deny it the network')
  assert.is((await host.status('refused')).status, 'idle')
  const doctor = await host.ok('host', 'doctor')
  assert.match(doctor, /^ISOLATE +HERE +BY\nprocess +yes/)
  assert.match(doctor, /\nUsers that runs can be: (any of this machine|none: .+)\nLandlock: not used/)
})

test.run()

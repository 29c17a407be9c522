// Who has no business at a host disturbs nobody who has: half-open connections, a slow writer, a reader that never reads;
// names that would lead out of the data directory, links in it, and a umask that is open. Not timed: npm run strangers is.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { MethodInput } from '../../protocol/methods.ts'
import { checkModes } from '../../scripts/fuzz/watched.ts'
import { Crowd } from '../../scripts/strangers/crowd.ts'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('strangers')
const host = new TestHost()

test.before(async () => {
  await host.run('bash', ['-c', 'umask 0 && exec "$@"', 'bash', process.execPath, ...startCommand()])
  const info = await host.json<{ pid: number; addresses: string[] }>('host', 'status')
  host.pid = info.pid
  host.port = Number(info.addresses.find(at => at.startsWith('127.0.0.1'))?.split(':')[1])
  await host.push('forever', 'kept')
  await host.begin('kept')
})
test.after(() => host.dispose())

function startCommand(): string[] {
  return [join(import.meta.dirname, '../../bin/pod.cjs'), 'host', 'start', '--detach', '--port', '0']
}

const code = 'export default async () => {}'

test('everything in the data directory is its owner’s alone, also where the umask is open', () => {
  checkModes(host.data)
})

test('half-open connections, a byte a second and a reader that never reads keep no other client from its answer', async () => {
  const crowd = new Crowd({ port: host.port, token: host.token, halfOpen: 300, deaf: 1 })
  try {
    await crowd.come()
    await host.ok('status', 'local', 'kept')
    assert.ok(crowd.size > 0)
  } finally {
    crowd.go()
  }
})

/** Says it over the link or the socket, and waits until the host has closed or answered. */
async function say(file: string, text: string): Promise<string> {
  const socket = net.connect(join(host.data, file))
  let answer = ''
  socket.on('data', chunk => (answer += chunk))
  socket.on('error', () => {})
  const over = new Promise<void>(resolve => {
    socket.once('data', () => resolve()).once('close', () => resolve())
  })
  socket.write(text)
  await over
  socket.destroy()
  return answer
}

const deep = `${'[{"1":'.repeat(4000)}1${'}]'.repeat(4000)}`

test('an id too deep to be said again ends no host, be it a stranger’s or a process’s without a ticket', async () => {
  const auth = `{"jsonrpc":"2.0","id":${deep},"method":"host.auth","params":{"token":"x"}}\n`
  assert.match(await say('host.sock', auth), /bad_request/)
  const stranger = net.connect(host.port, '127.0.0.1').on('error', () => {})
  stranger.end(auth)
  await new Promise(resolve => stranger.resume().once('close', resolve))
  assert.is(await say('link.sock', `{"jsonrpc":"2.0","id":${deep},"method":"hello","params":{}}\n`), '')
  assert.ok(isAlive(host.pid))
  await host.ok('status', 'local', 'kept')
})

test('a process without a ticket may say one short line, and a pod’s long status does not keep it from its host', async () => {
  const begun = Date.now()
  assert.is(await say('link.sock', 'x'.repeat(2 * 1024 * 1024)), '')
  assert.ok(Date.now() - begun < 8000, 'it was closed for the line, and not for its time')
  const code = `export default (params, bus) => bus.emit('status', 'up', '\\u0001'.repeat(5_000_000))`
  const client = await host.client()
  await client.call('pod.push', { name: 'wordy', code })
  const { runs } = await client.call('pod.start', { name: 'wordy' })
  client.close()
  await host.killHost()
  await host.up()
  await until(async () => (await host.status('wordy')).runs[0]?.text?.length === 8192, 'it is back, with its text')
  assert.is((await host.status('wordy')).runs[0]?.pid, runs[0]?.pid)
  await host.remove('wordy')
})

test('a batch of more requests than a host answers at once is refused whole', async () => {
  assert.match(await say('host.sock', `[${'1,'.repeat(100_000)}1]\n`), /too_large/)
})

test('no name leads out of the data directory, or to a file of another name', async () => {
  const client = await host.client()
  const names = [
    '..',
    '.',
    '../x',
    'x/../../y',
    '/x',
    'x\0',
    'x\0.json',
    'Kept',
    'KEPT',
    'kеpt',
    'ｋept',
    'kept\u200b',
    'kept.',
    'kept ',
  ]
  for (const name of [...names, 'x'.repeat(64), '', '.removed-x', 'con:', 'x\\y', '-rf', '~', '%2e%2e']) {
    const refused = await client.call('pod.push', { name, code } as MethodInput<'pod.push'>).then(
      () => undefined,
      error => error.code,
    )
    assert.ok(
      ['bad_name', 'host_not_found', 'bad_params'].includes(refused ?? ''),
      `${JSON.stringify(name)}: ${refused}`,
    )
  }
  client.close()
  assert.equal(readdirSync(join(host.data, 'pods')), ['kept'])
  assert.equal(
    readdirSync(host.dir).filter(name => !['data', 'config', '.config', '.cache'].includes(name)),
    [],
  )
})

test('a link in the data directory is no pod, and nothing is written where it leads', async () => {
  const outside = join(host.dir, 'outside')
  mkdirSync(outside)
  symlinkSync(outside, join(host.data, 'pods/linked'))
  const refused = await host.refused(
    'push',
    'local',
    'linked',
    join(import.meta.dirname, '../fixtures/pods/forever.js'),
  )
  assert.is(refused.code, 'save_failed')
  assert.equal(readdirSync(outside), [])

  const file = join(outside, 'pod.json')
  writeFileSync(file, readFileSync(join(host.data, 'pods/kept/pod.json')))
  mkdirSync(join(host.data, 'pods/leading'))
  symlinkSync(file, join(host.data, 'pods/leading/pod.json'))
  await until(async () => (await host.pod('status', 'local', 'leading')).stdout.includes('it is a link'), 'it is told')
  const before = readFileSync(file, 'utf8')
  await host.pod('stop', 'local', 'leading')
  assert.is(readFileSync(file, 'utf8'), before)
  rmSync(join(host.data, 'pods/linked'))
  rmSync(join(host.data, 'pods/leading'), { recursive: true })
})

test('a pipe where a pod.json should be keeps nobody waiting', async () => {
  const pod = join(host.data, 'pods/piped')
  mkdirSync(pod)
  await host.run('mkfifo', [join(pod, 'pod.json')])
  await until(
    async () => (await host.pod('status', 'local', 'piped')).stdout.includes('it is not a file'),
    'it is told',
  )
  rmSync(pod, { recursive: true })
  assert.not.ok(existsSync(pod))
  await host.ok('status', 'local', 'kept')
})

test.run()

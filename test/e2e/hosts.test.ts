// Hosts within hosts: every verb on a path, whoever answers it, and what becomes of them when their pod, or the root, goes.
// Not tested here: how fast a verb is at which depth (scripts/bench).
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PodStatus } from '../../protocol/words.ts'
import { fixture, podProgram } from '../paths.ts'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('hosts')
const host = new TestHost({ spares: 0 }, { isSteady: true })

test.before(() => host.up())
test.after(() => host.dispose())

/** Names the host at a path, as a user does. */
async function remote(name: string, path: string): Promise<void> {
  await host.ok('remote', 'add', name, `localhost:${host.port}`, '--path', path, '--token', host.token)
}

const status = (remoteName: string, name: string) => host.json<PodStatus>('status', remoteName, name)
/** That of a pod of a host within this one, as the host tells it; undefined where it is not told. */
const statusAt = async (path: string, name: string) =>
  await host.ask('pod.status', { path, name }).catch(() => undefined)

test('a namespace has every verb of the root, on its path', async () => {
  await host.push('namespace', 'outer')
  await host.begin('outer')
  await remote('inner', 'inner')
  await host.ok('push', 'inner', 'puppet', fixture('puppet'))
  assert.match(await host.ok('start', 'inner', 'puppet', '--colour', 'red'), /up/)
  const up = await status('inner', 'puppet')
  assert.equal([up.path, up.status, up.params], ['inner', 'up', { colour: 'red' }])
  assert.is((await host.ok('call', 'inner', 'puppet', 'add', '1', '2')).trim(), '3')
  const told = JSON.parse(await host.ok('call', 'inner', 'puppet', 'tell'))
  assert.is(told.path, 'inner')
  await host.ok('scale', 'inner', 'puppet', '2')
  assert.is((await status('inner', 'puppet')).up, 2)
  assert.match(await host.ok('logs', 'inner', 'puppet'), /puppet up/)
  assert.match(await host.ok('runs', 'inner', 'puppet'), /puppet\.1/)
  await host.ok('restart', 'inner', 'puppet')
  await host.ok('stop', 'inner', 'puppet')
  assert.is((await status('inner', 'puppet')).status, 'idle')
  assert.is((await host.refused('status', 'local', 'puppet')).code, 'pod_not_found')
  await host.ok('remove', 'inner', 'puppet')
  assert.equal((await host.json<{ pods: unknown[] }>('status', 'inner')).pods, [])
})

test('handlers answer what they handle: text of a push, status text, errors with code and hint', async () => {
  await host.push('keeper')
  await host.ok('start', 'local', 'keeper', '--name', 'kept')
  await remote('kept', 'kept')
  assert.match(await host.ok('push', 'kept', 'puppet', fixture('puppet')), /kept puppet, true/)
  await host.ok('start', 'kept', 'puppet')
  const up = await status('kept', 'puppet')
  assert.equal([up.status, up.text], ['up', 'all good with puppet'])
  assert.is(
    (await host.ok('call', 'kept', 'puppet', 'add', '3', '4')).trim(),
    '7',
    'what has no handler is done by the root',
  )
  const refused = await host.refused('push', 'kept', 'refused', fixture('puppet'))
  assert.equal([refused.code, refused.message, refused.hint], ['pod_running', 'no such pods here', 'use another'])
  assert.is((await host.refused('start', 'kept', 'nonsense')).code, 'bad_answer')
  const missing = await host.refused('scale', 'kept', 'other', '2')
  assert.is(missing.code, 'unsupported')
  assert.match(missing.hint, /push, start, status, stop/)
})

test('a host may answer from memory', async () => {
  await host.push('memory-host', 'memory')
  await host.begin('memory')
  await remote('mem', 'memory')
  assert.match(await host.ok('push', 'mem', 'thing', fixture('puppet')), /"stored":"thing"/)
  await host.ok('start', 'mem', 'thing')
  assert.is((await status('mem', 'thing')).status, 'up')
  const { pods } = await host.json<{ pods: PodStatus[] }>('status', 'mem')
  assert.equal(
    pods.map(pod => [pod.name, pod.status, pod.path]),
    [['thing', 'up', 'memory']],
  )
  assert.is((await host.ok('call', 'mem', 'thing', 'fn', '1', '2')).trim(), 'thing.fn(1,2)')
  assert.match(await host.ok('logs', 'mem', 'thing'), /one\n.*two/)
  await host.ok('remove', 'mem', 'thing')
})

test('hosts nest: each level is written by another pod, and a verb reaches it by its path', async () => {
  await host.ok('push', 'inner', 'second-owner', fixture('keeper'))
  await host.ok('start', 'inner', 'second-owner', '--name', 'second')
  await remote('second', 'inner.second')
  await host.ok('push', 'second', 'third-owner', fixture('namespace'))
  await host.ok('start', 'second', 'third-owner', '--name', 'third')
  await remote('third', 'inner.second.third')
  await host.ok('push', 'third', 'puppet', fixture('puppet'))
  await host.ok('start', 'third', 'puppet')
  assert.is(JSON.parse(await host.ok('call', 'third', 'puppet', 'tell')).path, 'inner.second.third')
  assert.is((await host.refused('status', 'local', 'third-owner')).code, 'pod_not_found')
})

test('a pod calls those of hosts within its own, as the owner of such a host has it', async () => {
  await host.push('calling')
  await host.begin('calling')
  const ask = async (...args: unknown[]) => (await host.call('calling', 'ask', ...args)) as Record<string, unknown>
  assert.equal(await ask('inner.second.third.puppet', 'add', [2, 3]), { value: 5 })
  assert.equal(await ask('inner.second.third.puppet.1', 'add', [2, 4]), { value: 6 })
  await host.ok('push', 'mem', 'thing', fixture('puppet'))
  assert.equal(await ask('memory.thing', 'fn', [1, 2]), { value: 'thing.fn(1,2)' }, 'its call handler is asked')
  assert.is((await ask('inner.nothing.puppet', 'add')).code, 'host_not_found')
  assert.is((await ask('inner.second.nobody', 'add')).code, 'pod_not_found')
  await host.ok('remove', 'mem', 'thing')
})

test('events stay on their host, unless a path is given', async () => {
  await host.ok('push', 'inner', 'called', fixture('called'))
  await host.ok('start', 'inner', 'called', '--subscribe', 'news.*')
  await host.call('calling', 'publish', 'news.root', 1)
  // Until the two have met, nothing says that the one above did not come.
  await host.call('calling', 'publish', 'news.inner', 2, { path: 'inner' })
  const received = async () => JSON.parse(await host.ok('call', 'inner', 'called', 'received'))
  await until(async () => (await received()).length > 0, 'the event is there')
  await host.call('calling', 'publish', 'news.root', 3)
  await host.call('calling', 'publish', 'news.inner', 4, { path: 'inner' })
  await until(async () => (await received()).length > 1, 'the next one is there')
  assert.equal(await received(), [
    ['news.inner', 2],
    ['news.inner', 4],
  ])
  await host.ok('remove', 'inner', 'called', '--force')
})

test('a name that another pod has is refused, and fails the start', async () => {
  await host.push('namespace', 'rival')
  const { code, message } = await host.refused('start', 'local', 'rival', '--restart', 'never')
  assert.is(code, 'start_failed')
  assert.match(message, /inner/)
  await host.ok('start', 'local', 'rival', '--or', 'elsewhere')
  await remote('elsewhere', 'elsewhere')
  assert.match(await host.ok('status', 'elsewhere'), /No pods|NAME|nothing/i, 'a refusal that is caught is dealt with')
  await host.remove('rival')
})

test('the name of a pod that is not there any more is free', async () => {
  await host.push('namespace', 'former')
  await host.ok('start', 'local', 'former', '--name', 'freed')
  await host.push('namespace', 'latter')
  assert.is(
    (await host.refused('start', 'local', 'latter', '--name', 'freed', '--restart', 'never')).code,
    'start_failed',
  )
  const { pid } = (await host.status('former')).runs[0] as { pid: number }
  await host.killHost()
  rmSync(join(host.data, 'pods/former'), { recursive: true })
  await host.up()
  await until(() => !isAlive(pid), 'the run that nobody knows has ended')
  await host.ok('start', 'local', 'latter', '--name', 'freed')
  await remote('freed', 'freed')
  await host.ok('push', 'freed', 'puppet', fixture('puppet'))
  await host.remove('latter')
})

test('what runs in a host whose owner cannot be read runs on, and is had by the pod that mounts it', async () => {
  await host.push('namespace', 'torn')
  await host.ok('start', 'local', 'torn', '--name', 'torn')
  await remote('torn', 'torn')
  await host.ok('push', 'torn', 'puppet', fixture('puppet'))
  await host.ok('start', 'torn', 'puppet')
  const { pid } = (await host.json<PodStatus>('status', 'torn', 'puppet')).runs[0] as { pid: number }
  await host.killHost()
  writeFileSync(join(host.data, 'hosts/torn/owner.json'), '{"v":2,"pod')
  await host.up()
  const found = await until(async () => await statusAt('torn', 'puppet'), 'its pod has mounted it again')
  assert.is(found.runs[0]?.pid, pid)
  assert.ok(readdirSync(join(host.data, 'hosts/torn')).some(file => file.startsWith('owner.json.broken-')))
  await host.remove('torn')
})

test('in a host the verbs that a command is given are those of that host', async () => {
  await host.ok('push', 'inner', 'talker', fixture('talker'))
  await host.ok('start', 'inner', 'talker')
  const shell = [podProgram, 'shell', 'inner', 'talker']
  const { stdout } = await host.run(process.execPath, shell, { input: 'who\n' })
  assert.is(stdout, 'talker has 1 up\n')
  await host.ok('remove', 'inner', 'talker', '--force')
})

test('when its pod crashes the inner pods live on, verbs say host_gone, and it carries on with them', async () => {
  const inner = (await host.json<{ runs: { pid: number }[] }>('status', 'third', 'puppet')).runs[0]?.pid as number
  const keeper = await host.status('keeper')
  const pod = (await host.json<PodStatus>('status', 'kept', 'puppet')) as PodStatus
  assert.is(pod.status, 'up')
  process.kill(keeper.runs[0]?.pid as number, 'SIGKILL')
  await until(
    async () => (await host.status('keeper')).restarts === 1 && (await host.status('keeper')).up === 1,
    'it is back',
  )
  assert.equal(JSON.parse(await host.ok('call', 'local', 'keeper', 'living')), ['puppet up'])
  assert.ok(isAlive(inner))
})

test('the root is killed: all levels are adopted and mounted again', async () => {
  const before = await host.json<PodStatus>('status', 'third', 'puppet')
  await host.killHost()
  await host.up()
  await remote('third2', 'inner.second.third')
  await until(async () => await statusAt('inner.second.third', 'puppet'), 'the innermost host is mounted')
  const after = await status('third2', 'puppet')
  assert.equal(
    after.runs.map(run => run.pid),
    before.runs.map(run => run.pid),
  )
  assert.is(after.status, 'up')
})

test('a host stops with its pod, innermost first, and starts with it again', async () => {
  await remote('third3', 'inner.second.third')
  const pid = (await host.json<PodStatus>('status', 'third3', 'puppet')).runs[0]?.pid as number
  await host.stop('outer')
  assert.not.ok(isAlive(pid))
  // The sort keeps the order of what ended in the same millisecond.
  const logs = ['hosts/inner.second.third', 'hosts/inner.second', 'hosts/inner', ''].map(path =>
    readFileSync(join(host.data, path, 'logs/host.log'), 'utf8').split('\n'),
  )
  const ends = logs
    .flat()
    .filter(line => line.includes('"msg":"ended"'))
    .map(line => JSON.parse(line) as { time: string; run: string })
    .sort((a, b) => a.time.localeCompare(b.time))
    .slice(-4)
  assert.equal(
    ends.map(({ run }) => run.replace(/\.\d+$/, '')),
    ['puppet', 'third-owner', 'second-owner', 'outer'],
  )
  assert.is((await host.refused('status', 'third3', 'puppet')).code, 'host_gone')
  await host.begin('outer')
  await until(async () => (await statusAt('inner.second.third', 'puppet'))?.status === 'up', 'all is up again')
})

test('a removed pod takes its hosts with it', async () => {
  await host.remove('outer')
  assert.not.ok(existsSync(join(host.data, 'hosts/inner')))
  assert.not.ok(existsSync(join(host.data, 'hosts/inner.second.third')))
  assert.is((await host.refused('status', 'third3')).code, 'host_not_found')
})

test.run()

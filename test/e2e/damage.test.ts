// What is damaged in a data directory is mended without losing what is whole. Broken desired files are in
// adoption.test.ts, what chance damages in chaos.test.ts.
import { spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { root } from '../paths.ts'
import { until } from '../until.ts'
import { type Result, TestHost, withSpares } from './harness.ts'

const test = suite('damage')
const host = new TestHost(withSpares)

test.before(() => host.up())
test.after(() => host.dispose())

const hashOf = (name: string) =>
  (
    JSON.parse(readFileSync(join(host.data, 'pods', name, 'pod.json'), 'utf8')) as { images: { hash: string }[] }
  ).images.at(-1)?.hash as string

for (const file of ['main.mjs', 'image.json']) {
  test(`a pod whose ${file} was torn while no host looked is whole once its code is pushed again`, async () => {
    const name = file === 'main.mjs' ? 'code' : 'facts'
    await host.push('forever', name)
    await host.ok('start', 'local', name, '--level', '7', '--scale', '2')
    const before = await host.status(name)
    await host.killHost()
    truncateSync(join(host.data, 'images', hashOf(name), file), 20)
    await host.up()
    await host.push('forever', name)
    const after = await host.status(name)
    assert.equal([after.want, after.params, after.scale], ['up', { level: '7' }, 2], 'what was wanted of it is')
    assert.equal(
      after.runs.map(run => run.pid),
      before.runs.map(run => run.pid),
      'it was not disturbed',
    )
    await host.restart(name)
    await host.remove(name)
  })
}

test('a pod whose pod.json was broken while its host died carries on once it is mended, with its restarts counted', async () => {
  await host.push('forever', 'counted')
  await host.push('one-shot', 'done')
  await host.begin('counted')
  await host.pod('start', 'local', 'done', '--restart', 'never')
  await until(async () => (await host.status('done')).runs.length === 0, 'it has done its work')
  const kill = async () => {
    const [run] = (await host.status('counted')).runs
    process.kill(run?.pid as number, 'SIGKILL')
    return run?.id
  }
  const killed = await kill()
  await until(async () => {
    const [run] = (await host.status('counted')).runs
    return run?.state === 'up' && run.id !== killed
  }, 'it is back')
  const before = await host.status('done')
  await host.killHost()
  process.kill(Number(JSON.parse(readFileSync(join(host.data, 'pods/counted/runs/2.json'), 'utf8')).pid), 'SIGKILL')
  const files = ['counted', 'done'].map(name => join(host.data, 'pods', name, 'pod.json'))
  const good = files.map(file => readFileSync(file, 'utf8'))
  for (const file of files) writeFileSync(file, '{')
  await host.up()
  await until(async () => (await host.status('counted')).status === 'error', 'it is told of')
  for (const [index, file] of files.entries()) writeFileSync(file, good[index] as string)
  await until(async () => (await host.status('counted')).status === 'up', 'it is mended')
  assert.is((await host.status('counted')).restarts, 2)
  await until(async () => (await host.status('done')).status !== 'error', 'that too')
  const after = await host.status('done')
  assert.equal([after.status, after.runs, after.restarts], [before.status, [], before.restarts])
  for (const name of ['counted', 'done']) await host.remove(name)
})

test('what a push left before its pod was saved is removed by the next host, and so is every half-written file', async () => {
  await host.push('forever', 'kept')
  await host.killHost()
  const nobodys = join(host.data, 'images', 'a'.repeat(64))
  mkdirSync(nobodys)
  const halfWritten = [
    join(host.data, 'pods/kept/pod.json.1234567'),
    join(host.data, 'token.1234567'),
    join(host.data, 'host.json.1234567'),
    join(host.data, 'compiled/1bd78708.McR45g'),
    join(host.data, 'logs/kept/9.stdout.raw.at'),
    join(host.data, 'logs/kept/10.stderr.pipe'),
  ]
  for (const folder of ['compiled', 'logs/kept']) mkdirSync(join(host.data, folder), { recursive: true })
  for (const file of halfWritten) writeFileSync(file, '{"v":')
  mkdirSync(join(host.data, 'pods/kept/runs'), { recursive: true })
  writeFileSync(join(host.data, 'pods/kept/runs/1.json.3.tmp'), '{')
  await host.up()
  assert.not.ok(existsSync(nobodys))
  // What Node left in its folder is removed beside the work of the host, which is up before.
  await until(() => halfWritten.every(file => !existsSync(file)), 'every half-written file is removed')
  assert.equal(readdirSync(join(host.data, 'pods/kept/runs')), [])
  assert.equal(readdirSync(join(host.data, 'images')), [hashOf('kept')])
})

test('a removal in whose middle the host died is finished, its logs included, and a new pod of that name is left alone', async () => {
  await host.push('forever', 'renewed')
  await host.killHost()
  for (const name of ['gone', 'renewed']) {
    mkdirSync(join(host.data, 'pods', `.removed-${name}-1700000000000`))
    mkdirSync(join(host.data, 'logs', name), { recursive: true })
    writeFileSync(join(host.data, 'logs', name, '1.log'), '')
  }
  await host.up()
  assert.not.ok(existsSync(join(host.data, 'logs/gone')))
  assert.ok(existsSync(join(host.data, 'logs/renewed/1.log')))
  assert.equal(
    readdirSync(join(host.data, 'pods')).filter(name => name.startsWith('.')),
    [],
  )
})

test('a run that was never seen counts as a restart, so that the count never falls', async () => {
  await host.push('forever', 'counted')
  await host.ok('start', 'local', 'counted', '--min-uptime', '10ms')
  const [first] = (await host.status('counted')).runs
  process.kill(first?.pid as number, 'SIGKILL')
  const { runs } = await until(async () => {
    const status = await host.status('counted')
    return status.restarts === 1 && status.up === 1 && status
  }, 'it was restarted')
  const [second] = runs
  await host.killHost()
  process.kill(second?.pid as number, 'SIGKILL')
  // As a host leaves it that dies between a run's record and its process.
  const file = join(host.data, 'pods/counted/runs/2.json')
  const { pid: _, startTime: __, upAt: ___, ...record } = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify({ ...record, state: 'spawning' }))
  const settings = JSON.parse(readFileSync(join(host.data, 'host.json'), 'utf8'))
  writeFileSync(join(host.data, 'host.json'), JSON.stringify({ ...settings, settings: { adoptTimeout: 200 } }))
  await host.up()
  const after = await until(async () => {
    const status = await host.status('counted')
    return status.up === 1 && status
  }, 'it is up again')
  assert.equal([after.restarts, after.runs[0]?.id], [2, 'counted.3'])
})

test('many pods that are pushed with the same new content at the same moment all have it', async () => {
  const client = await host.client()
  const code = 'export default async () => {}\n'
  const names = Array.from({ length: 24 }, (_, index) => `same-${index}`)
  await Promise.all(names.map(name => client.call('pod.push', { name, code })))
  await Promise.all(names.map(name => client.call('pod.start', { name })))
  await Promise.all(names.map(name => client.call('pod.remove', { name, force: true })))
  client.close()
})

test('pod host start says so where something else is in the place of a file that it writes, and does not wait for it', async () => {
  const other = new TestHost(withSpares)
  mkdirSync(join(other.data, 'logs'), { recursive: true })
  const file = join(other.data, 'logs/host.out')
  await other.run('mkfifo', [file])
  const late = new Promise(resolve => setTimeout(resolve, 10_000, undefined).unref())
  const starting = other.pod('host', 'start', '--detach', '--port', '0')
  const result = await Promise.race([starting, late])
  // Whoever waits for a reader gets one.
  if (!result) await other.run('timeout', ['1', 'cat', file])
  await other.dispose()
  assert.match((result as Result | undefined)?.stderr ?? 'it waits', /Cannot start a host in .*host\.out/)
})

test('a host whose output goes to a full disk goes on', async () => {
  const other = new TestHost(withSpares)
  const full = openSync('/dev/full', 'w')
  const child = spawn(process.execPath, [join(root, 'dist/daemon.cjs'), '--data', other.data, '--port', '0'], {
    env: other.env,
    stdio: ['ignore', full, full],
  })
  closeSync(full)
  await until(() => existsSync(join(other.data, 'host.sock')), 'it listens')
  await until(async () => (await other.pod('host', 'status')).code === 0, 'it answers')
  await other.push('forever')
  await other.begin('forever')
  assert.is(child.exitCode, null)
  await other.dispose()
})

test.run()

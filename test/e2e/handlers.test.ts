// Hosts whose pods answer verbs as they should not, or not at all; those that import what they run; and every method of the
// wire on a path. Not tested here: plain namespaces, crashes and adoption (hosts.test.ts).
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { MethodInput, MethodName } from '../../protocol/methods.ts'
import type { PodStatus, RunInfo } from '../../protocol/words.ts'
import { fixture, podProgram, root } from '../paths.ts'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('handlers')
const host = new TestHost({ spares: 0 }, { isSteady: true })

// A circle has to meet its limit long before its time is up, however slow the machine is.
const settings = { handlerTimeout: 2000, maxPendingVerbs: 20, maxHostDepth: 3 }

test.before(async () => {
  mkdirSync(host.data, { recursive: true, mode: 0o700 })
  writeFileSync(join(host.data, 'host.json'), JSON.stringify({ v: 1, id: 'a-host', settings }))
  await host.up()
})
test.after(() => host.dispose())

/** Starts the pod that is a host, and names the host as a user does. */
async function mount(pod: string, name: string, ...args: string[]): Promise<void> {
  await host.push(pod, name)
  await host.ok('start', 'local', name, '--name', name, ...args)
  await host.ok('remote', 'add', name, `localhost:${host.port}`, '--path', name, '--token', host.token)
}

/** The status of a pod of a host within this one; undefined where it is not told. */
const statusAt = async (path: string, name: string) =>
  await host.ask('pod.status', { path, name }).catch(() => undefined)

/** A method over HTTP. */
async function post<M extends MethodName>(method: M, params: MethodInput<M>) {
  const response = await fetch(`http://127.0.0.1:${host.port}/rpc`, {
    method: 'POST',
    headers: { authorization: `Bearer ${host.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  const { result, error } = (await response.json()) as {
    result?: Record<string, unknown>
    error?: { message: string; data: { code: string } }
  }
  return { http: response.status, result, code: error?.data.code, message: error?.message }
}

test('every method of the wire works on a path', async () => {
  await mount('namespace', 'plain')
  const path = 'plain'
  const code = readFileSync(fixture('puppet'), 'utf8')
  const name = 'puppet'
  assert.is((await post('host.info', { path })).result?.path, 'plain')
  assert.is((await post('pod.push', { path, name, code })).result?.version, 1)
  assert.is((await post('pod.start', { path, name, params: { a: 'b' } })).result?.status, 'up')
  assert.equal((await post('pod.call', { path, name, fn: 'add', args: [1, 2] })).result, { value: 3, run: 'puppet.1' })
  assert.is((await post('pod.scale', { path, name, scale: 2 })).result?.up, 2)
  assert.is((await post('pod.restart', { path, name })).result?.up, 2)
  const { pods } = (await post('pod.list', { path, usage: true })).result as { pods: PodStatus[] }
  assert.equal(
    pods.map(pod => [pod.name, pod.path, pod.runs.every(run => (run.memory ?? 0) > 0)]),
    [['puppet', 'plain', true]],
  )
  const { runs } = (await post('pod.runs', { path, name, limit: 3 })).result as { runs: RunInfo[] }
  assert.is(runs.length, 3)
  assert.is((await post('pod.logs', { path, name, tags: ['stdout'], limit: 1 })).result?.count, 1)
  assert.is((await post('pod.logs', { path, name, stream: true })).code, 'unsupported')
  assert.is((await post('pod.stop', { path, name, wait: false })).result?.name, 'puppet')
  await until(async () => (await host.ask('pod.status', { path, name })).runs.length === 0, 'it has stopped')
  assert.is((await post('pod.remove', { path, name })).result?.removed, true)
  const stop = await post('host.stop', { path })
  assert.equal([stop.http, stop.code], [501, 'unsupported'])
  assert.is((await post('pod.list', { path: 'nowhere' })).code, 'host_not_found')
})

test('what the root says of a pod is told on its own path alone', async () => {
  await host.ok('push', 'plain', 'twin', fixture('puppet'))
  await host.ok('start', 'plain', 'twin')
  await host.push('puppet', 'twin')
  const pid = (await host.json<PodStatus>('status', 'plain', 'twin')).runs[0]?.pid
  assert.match(await host.ok('logs', 'plain', 'twin'), new RegExp(`spawned pid=${pid}`))
  assert.not.match(await host.ok('logs', 'local', 'twin'), /spawned/)
})

test('the lines of a namespace are followed', async () => {
  const following = host.start('logs', 'plain', 'twin', '--follow', '--tag', 'stdout')
  let text = ''
  following.stdout?.on('data', chunk => (text += chunk))
  await until(() => text.includes('puppet up'), 'what is there is told')
  await host.ok('call', 'plain', 'twin', 'print', '1', 'and on')
  await until(() => text.includes('and on'), 'what comes is told')
  following.kill()
})

test('a pod.json that is edited in a namespace is taken up, also one that comes and goes', async () => {
  const file = join(host.data, 'hosts/plain/pods/twin/pod.json')
  const desired = JSON.parse(readFileSync(file, 'utf8'))
  const status = () => host.ask('pod.status', { path: 'plain', name: 'twin' })
  writeFileSync(file, JSON.stringify({ ...desired, scale: 2 }))
  await until(async () => (await status()).up === 2, 'it has two runs')
  writeFileSync(file, '{ broken')
  await until(async () => (await status()).problem !== undefined, 'it is told')
  assert.is((await status()).up, 2, 'the last good state stays in force')
  writeFileSync(file, JSON.stringify({ ...desired, want: 'idle' }))
  await until(async () => (await status()).status === 'idle', 'it is idle')
  const copy = join(host.data, 'hosts/plain/pods/copied')
  mkdirSync(copy)
  writeFileSync(join(copy, 'pod.json'), JSON.stringify(desired))
  await until(async () => await statusAt('plain', 'copied'), 'the copy is there')
  await host.ok('remove', 'plain', 'copied', '--force')
})

test('a handler that is silent, throws, or answers nonsense harms nobody else', async () => {
  await mount('odd-host', 'odd')
  const silent = host.refused('start', 'odd', 'any')
  assert.is((await host.json<PodStatus>('status', 'odd', 'any')).status, 'up', 'others are answered meanwhile')
  assert.is((await host.json<PodStatus>('status', 'plain', 'twin')).status, 'idle')
  const { code, message } = await silent
  assert.is(code, 'timeout')
  assert.match(message, /"odd" did not do start: no answer within 2000 ms/)
  for (const args of [
    ['status', 'odd', 'splendid'],
    ['status', 'odd'],
    ['runs', 'odd', 'any'],
    ['logs', 'odd'],
  ]) {
    assert.is((await host.refused(...args)).code, 'bad_answer', args.join(' '))
  }
  const text = await host.refused('stop', 'odd', 'any')
  assert.equal([text.code, text.message], ['call_failed', "The function threw 'just a text'"])
  const range = await host.refused('restart', 'odd', 'any')
  assert.equal([range.code, range.message, range.errorCode], ['call_failed', 'out of range', 'ENOENT'])
  assert.is((await host.refused('push', 'odd', 'any', fixture('puppet'))).code, 'call_failed', 'a BigInt is no JSON')
  const pid = (await host.status('odd')).runs[0]?.pid
  assert.is((await host.refused('remove', 'odd', 'any')).code, 'host_gone', 'it went away in the middle')
  await until(
    async () => (await host.status('odd')).runs.some(run => run.state === 'up' && run.pid !== pid),
    'it is back',
  )
})

test('hosts that ask each other in a circle end with an error, soon', async () => {
  await mount('odd-host', 'round', '--other', 'about')
  await mount('odd-host', 'about', '--other', 'round')
  const { code, message } = await host.refused('call', 'round', 'any', 'fn')
  assert.is(code, 'host_busy')
  assert.match(message, /20 verbs are under way/)
  assert.is((await host.json<PodStatus>('status', 'round', 'any')).status, 'up', 'and it is there again')
})

test('a remote host that leads back to itself says so', async () => {
  await host.pushFile('loop', join(root, 'etc/examples/remote-host.ts'))
  const address = `localhost:${host.port}`
  await host.ok(
    'start',
    'local',
    'loop',
    '--name',
    'loop',
    '--path',
    'loop',
    '--address',
    address,
    '--key-file',
    join(host.data, 'token'),
  )
  await host.pod('remote', 'add', 'loop', address, '--path', 'loop', '--token', host.token)
  for (const args of [
    ['status', 'loop'],
    ['status', 'loop', 'any'],
    ['logs', 'loop'],
    ['stop', 'loop', 'any'],
  ]) {
    const { code, message } = await host.refused(...args)
    assert.is(code, 'host_loop', args.join(' '))
    assert.match(message, /through 16 other hosts/)
  }
  await host.remove('loop')
})

test('a script goes through a handler as it is, and its runs are told of by handlers', async () => {
  await mount('answering', 'answering')
  const script = join(host.dir, 'script.sh')
  writeFileSync(script, '#!/bin/sh\necho "level $LEVEL"\n')
  await host.ok('push', 'answering', 'script', script)
  const { runs } = (await post('pod.runs', { path: 'answering' })).result as { runs: RunInfo[] }
  assert.is(runs[0]?.id, 'any.1', 'no name means all pods')
  assert.is((await post('pod.script', { path: 'answering', name: 'any' })).result?.script, '#!/bin/sh')
  assert.is(await host.ok('output', 'answering', 'any.1'), 'said')
  assert.is((await host.refused('output', 'answering', 'odd')).code, 'bad_answer')
  assert.match(await host.ok('remove', 'answering', 'script', '--run', 'script.1'), /^script\.1 is removed/)
  assert.is((await post('host.info', { path: 'answering' })).result?.version, 'mine')
  await mount('keeper', 'keeping')
  await host.ok('push', 'keeping', 'script', script)
  assert.match(await host.ok('start', 'keeping', 'script', '--level', '7'), /script/)
  await until(
    async () => (await host.pod('output', 'keeping', 'script.1')).stdout === 'level 7\n',
    'it was run as it is',
  )
  await host.ok('push', 'keeping', 'called', fixture('called'))
  await host.ok('start', 'keeping', 'called')
  assert.is(await host.ok('call', 'keeping', 'called.1', 'who'), 'called.1\n', 'one run of a pod is meant')
  const { code, stdout } = await host.run(process.execPath, [podProgram, 'shell', 'answering', 'any'], {
    input: 'status\n',
  })
  assert.equal([code, /status +up/.test(stdout)], [0, true], 'verbs are there though its host knows of no commands')
})

test('a host tells the handler of a call that nobody waits for it any more, and streams what it yields', async () => {
  await host.push('calling')
  await host.begin('calling')
  const said = async (line: string) =>
    await until(async () => (await host.lines('answering')).some(text => text.includes(line)), line)
  const client = await host.client()
  client.call('pod.call', { path: 'answering', name: 'any', fn: 'client', timeoutMs: 60_000 }).catch(() => {})
  await said('client began hops,timeoutMs,by,signal')
  client.close()
  await said('client was given up: aborted')
  await host.push('called')
  await host.begin('called')
  const other = await host.client()
  other.call('pod.call', { name: 'called', fn: 'wait', timeoutMs: 60_000 }).catch(() => {})
  await until(async () => (await host.lines('called')).includes('wait began'), 'the function is called')
  other.close()
  await until(async () => (await host.lines('called')).includes('wait ended aborted'), 'and so is a function of a pod')
  await host.remove('called')
  const late = await host.refused('call', 'answering', 'any', 'late', '--timeout', '100ms')
  assert.is(late.code, 'timeout')
  await said('late was given up')
  assert.equal(await host.call('calling', 'askAndAbort', 'answering.any', 'pod', 200), ['aborted', 'aborted'])
  await said('pod was given up')
  const firsts = await host.call('calling', 'take', 'answering.any', 'numbers', 20, [1e9])
  assert.equal(firsts, [...Array(20).keys()])
  await said('numbers ended at once')
  const all = (await host.call('calling', 'take', 'answering.any', 'numbers', 5000, [3000])) as number[]
  assert.equal([all.length, all.at(-1)], [3000, 2999])
  assert.equal(await host.call('calling', 'ask', 'answering.any', 'numbers', [3]), { value: [0, 1, 2] })
  assert.is(await host.ok('call', 'answering', 'any', 'numbers', '2'), '[0,1]\n')
})

test('what a call handler asks of the root ends with its caller', async () => {
  await host.ok('push', 'answering', 'called', fixture('called'))
  assert.is((await post('pod.start', { path: 'answering', name: 'called' })).code, undefined)
  assert.equal(await host.call('calling', 'ask', 'answering.called', 'through', ['who']), { value: 'called.1' })
  const caught = host.call('calling', 'askAndAbort', 'answering.called', 'wait', 100)
  assert.equal(await caught, ['aborted', 'aborted'])
})

test('pods that call each other in a circle by their hosts end with an error, soon', async () => {
  await mount('answering', 'left', '--other', 'right')
  await mount('answering', 'right', '--other', 'left')
  const { code, message } = await host.refused('call', 'left', 'any', 'around')
  assert.is(code, 'host_loop')
  assert.match(message, /through 16 other hosts/)
})

test('a call by the host is made once, also where the host dies meanwhile', async () => {
  const before = await host.call('answering', 'counted')
  await host.call('calling', 'askOnFile', 'go', 'answering.any', 'dying', [], { timeout: '20s' })
  writeFileSync(join(host.data, 'pods/calling/storage/go'), '')
  await until(async () => (await host.lines('answering')).some(line => line.includes('dying began')), 'it is asked')
  await host.killHost()
  await host.up()
  await until(async () => (await host.lines('calling')).includes('go ended host_gone'), 'it fails')
  assert.is(await host.call('answering', 'counted'), (before as number) + 1)
})

test('a host that imports its pods answers for them, streams lines, and is told when nobody reads them', async () => {
  await mount('importing-host', 'imported')
  assert.match(await host.ok('push', 'imported', 'one', fixture('called')), /kept one/)
  await host.ok('start', 'imported', 'one')
  assert.match(await host.ok('status', 'imported'), /one +up .*imported by imported\.1/)
  assert.is((await host.ok('call', 'imported', 'one', 'add', '1', '2')).trim(), '3')
  const lines = (await host.ok('logs', 'imported')).trim().split('\n')
  assert.is(lines.length, 2)
  assert.match(lines.join(), /a line with its time/)
  const following = host.start('logs', 'imported', '--follow')
  let text = ''
  following.stdout?.on('data', chunk => (text += chunk))
  await until(() => text.includes('line 3'), 'lines come')
  following.kill()
  await until(async () => (await host.lines('imported')).includes('nobody reads any more'), 'the generator has ended')
  assert.is((await post('pod.logs', { path: 'imported', follow: true })).code, 'bad_params')
})

test('a pod that is imported may be a host itself, which stops with it', async () => {
  await host.ok('push', 'imported', 'two', fixture('namespace'))
  await host.ok('start', 'imported', 'two', '--name', 'deeper')
  // The pod that imports it does not wait for that.
  await until(
    async () => await host.ask('pod.list', { path: 'imported.deeper' }).catch(() => undefined),
    'it is mounted',
  )
  await host.ok('remote', 'add', 'deeper', `localhost:${host.port}`, '--path', 'imported.deeper', '--token', host.token)
  await host.ok('push', 'deeper', 'puppet', fixture('puppet'))
  await host.ok('start', 'deeper', 'puppet')
  const pid = (await host.json<PodStatus>('status', 'deeper', 'puppet')).runs[0]?.pid as number
  await host.ok('stop', 'imported', 'two')
  await until(() => !isAlive(pid), 'its pods have ended')
  assert.is((await host.refused('status', 'deeper')).code, 'host_gone')
  await host.killHost()
  await host.up()
  const imported = async () => await host.ask('pod.list', { path: 'imported' }).catch(() => undefined)
  await until(imported, 'the outer host is mounted')
  assert.is((await host.refused('status', 'deeper')).code, 'host_gone', 'it is closed for the next root too')
  await host.ok('start', 'imported', 'two', '--name', 'deeper')
  await until(async () => (await statusAt('imported.deeper', 'puppet'))?.status === 'up', 'what was up is up again')
})

test('a host may be so deep, and no deeper', async () => {
  await host.ok('push', 'deeper', 'third', fixture('namespace'))
  await host.ok('start', 'deeper', 'third', '--name', 'third')
  const path = 'imported.deeper.third'
  await host.ok('remote', 'add', 'third', `localhost:${host.port}`, '--path', path, '--token', host.token)
  await host.ok('push', 'third', 'fourth', fixture('namespace'))
  const { code, message } = await host.refused('start', 'third', 'fourth', '--name', 'fourth', '--restart', 'never')
  assert.is(code, 'start_failed')
  assert.match(message, /its path would have 4 names/)
})

test('a pod that was imported and is removed takes its hosts and its storage with it', async () => {
  await host.ok('stop', 'imported', 'two')
  const storage = join(host.data, 'pods/imported/storage/hosts/imported')
  assert.is(existsSync(join(storage, 'two')), true)
  await host.ok('remove', 'imported', 'two')
  assert.is((await host.refused('status', 'deeper')).code, 'host_not_found')
  assert.equal([existsSync(join(storage, 'two')), existsSync(join(host.data, 'hosts/imported.deeper'))], [false, false])
})

test('a host whose pod has several runs is answered by one that is there', async () => {
  await mount('keeper', 'many', '--scale', '3')
  await host.ok('push', 'many', 'puppet', fixture('puppet'))
  for (let round = 0; round < 3; round++) {
    const run = await until(async () => {
      const { up, runs } = await host.status('many')
      return up > 1 && runs.find(({ state }) => state === 'up')
    }, 'one is up, and another one')
    process.kill(run.pid as number, 'SIGKILL')
    await until(async () => !(await host.status('many')).runs.some(({ pid }) => pid === run.pid), 'it has ended')
    assert.is((await host.json<PodStatus>('status', 'many', 'puppet')).path, 'many')
  }
})

test('the handle of a pod tells its end, also one that came while no root was there', async () => {
  await mount('keeper', 'telling')
  const file = join(host.dir, 'brief.js')
  writeFileSync(file, "export const config = { restart: 'never' }\nexport default () => {}\n")
  await host.ok('push', 'telling', 'brief', file)
  await host.ok('start', 'telling', 'brief')
  const { runs } = (await post('pod.runs', { path: 'telling', name: 'brief' })).result as { runs: RunInfo[] }
  await host.killHost()
  process.kill(runs[0]?.pid as number, 'SIGKILL')
  await host.up()
  await until(
    async () => (await host.lines('telling')).some(line => /^brief is (idle|error)/.test(line)),
    'the end is told',
  )
})

test('an image as large as the root takes goes through a handler into a namespace', async () => {
  // In a comment, which costs the parser next to nothing; on the wire, each backslash is two characters.
  const code = `export default () => {}\n/* ${'xx\\'.repeat(14_000_000)} */`
  await host.pushFile('limits', join(root, 'etc/examples/limits-host.ts'))
  await host.begin('limits')
  const large = await post('pod.push', { path: 'small', name: 'large', code })
  // How long a handler may take is short in this test; the reading of a large image is not.
  assert.ok(large.result?.size === Buffer.byteLength(code) || large.code === 'timeout', large.message)
})

test.run()

// Scripts against a real host: runs and their output, caps, stop, time limits, and the host's death in the middle. The HTTP
// view has a suite of its own, test/e2e/view.test.ts. Not tested: what happens when the keeper itself is killed while its
// script ends in the same moment.
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { MethodResults } from '../../protocol/methods.ts'
import type { PodStatus, RunInfo } from '../../protocol/words.ts'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('scripts')
const host = new TestHost()

test.before(async () => await host.up())
test.after.each(async () => {
  await host.removeAll()
  for (const name of ['gate', 'gate2']) rmSync(join(host.dir, name), { force: true })
})
test.after(async () => await host.dispose())

async function pushScript(name: string, content: string | Buffer): Promise<void> {
  const file = join(host.dir, `${name}.sh`)
  writeFileSync(file, content)
  await host.pushFile(name, file)
}

async function restartWith(settings: Record<string, unknown>): Promise<void> {
  await host.ok('host', 'stop')
  const file = join(host.data, 'host.json')
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), settings }))
  await host.up()
}

async function start(name: string, ...args: string[]): Promise<string> {
  if (args.length === 0) return (await host.ask('pod.start', { name })).run ?? ''
  return (await host.ok('start', 'local', name, ...args)).trim()
}

async function runsOf(...args: string[]): Promise<RunInfo[]> {
  const [name = '', ...options] = args
  if (options.length === 0 && !name.startsWith('-')) return (await host.ask('pod.runs', { name })).runs
  return (await host.json<{ runs: RunInfo[] }>('runs', 'local', ...args)).runs
}

async function ended(id: string): Promise<RunInfo> {
  return await until(async () => {
    const run = (await runsOf(id.split('.')[0] ?? '')).find(run => run.id === id)
    return run?.end ? run : undefined
  }, `${id} has ended`)
}

test('a start answers the id of a run, which has params, arguments, stdin and environment', async () => {
  await pushScript('args', 'echo "$LEVEL|$#|$1|$2|$X"; echo "$P8A_PARAMS"; cat; pwd\n')
  const input = join(host.dir, 'input')
  writeFileSync(input, 'from a file\n')
  const more = ['--level', '3', '--env', 'X=y z', '--stdin', input, '--cwd', '/']
  const id = await start('args', ...more, '--', 'extra one', '--two')
  assert.is(id, 'args.1')
  assert.equal((await ended(id)).end, { code: 0, signal: null, reason: 'exited' })
  assert.is(await host.ok('output', 'local', id), '3|2|extra one|--two|y z\n{"level":"3"}\nfrom a file\n/\n')
  assert.equal(await host.lines('args'), ['3|2|extra one|--two|y z', '{"level":"3"}', 'from a file', '/'])
})

test('--wait prints what is written, byte for byte and in order, and exits as the script does', async () => {
  const lines = Array.from({ length: 200 }, (_, at) => `o${at}\ne${at}\n`).join('')
  const loop = 'i=0; while [ $i -lt 200 ]; do echo o$i; echo e$i >&2; i=$((i+1)); done'
  await pushScript(
    'loud',
    `#!/bin/bash\n${loop}\necho x > /dev/stderr\nprintf '\\xff\\x00\\xe2\\x82' | tee /dev/stderr\nexit 7\n`,
  )
  const { stdout, code } = await host.run('bash', [
    '-c',
    `"$0" "$@" | od -An -v -tx1 | tr -d ' \\n'; exit \${PIPESTATUS[0]}`,
    process.execPath,
    join(import.meta.dirname, '../../bin/pod.cjs'),
    ...['start', 'local', 'loud', '--wait'],
  ])
  const odd = 'ff00e282'
  assert.is(
    Buffer.from(stdout, 'hex').toString('latin1'),
    `${lines}x\n${Buffer.from(odd + odd, 'hex').toString('latin1')}`,
  )
  assert.is(code, 7)
})

test('two starts are two runs at once; beyond the cap they are queued, first come first served', async () => {
  const gate = join(host.dir, 'gate')
  await pushScript('slow', `echo at $WHO; while [ ! -e ${gate} ]; do sleep 0.02; done\n`)
  await host.ok('scale', 'local', 'slow', '2')
  for (const who of ['a', 'b', 'c', 'd']) await start('slow', '--who', who)
  const states = async () => (await runsOf('slow')).map(({ id, state }) => `${id} ${state}`)
  await until(async () => (await states()).filter(state => state.endsWith('up')).length === 2, 'two run')
  assert.equal((await states()).sort(), ['slow.1 up', 'slow.2 up', 'slow.3 queued', 'slow.4 queued'])
  const status = await host.status('slow')
  assert.equal([status.status, status.up, status.queued], ['up', 2, 2])
  assert.is((await runsOf('--active')).length, 4)
  await host.stop('slow.3')
  assert.is((await ended('slow.3')).end?.reason, 'stopped')
  assert.is((await ended('slow.3')).pid, undefined)
  writeFileSync(gate, '')
  await ended('slow.4')
  assert.is(await host.ok('output', 'local', 'slow.4'), 'at d\n')
})

test('a stop ends the whole group and keeps the record; a stop of what has ended says so', async () => {
  const child = join(host.dir, 'child')
  await pushScript('parent', `sh -c 'echo $$ > ${child}; trap "" TERM; while :; do sleep 1; done' &\necho up\nwait\n`)
  const id = await start('parent', '--stop-timeout', '300ms')
  await until(() => existsSync(child) && readFileSync(child, 'utf8') !== '', 'the grandchild is there')
  await until(async () => (await host.ok('output', 'local', id)) === 'up\n', 'it has said so')
  await host.stop(id)
  const { end, outputBytes } = await ended(id)
  assert.equal([end?.reason, end?.signal, outputBytes], ['stopped', 'SIGTERM', 3])
  await until(() => !isAlive(Number(readFileSync(child, 'utf8'))), 'the grandchild is gone')
  const again = await host.pod('stop', 'local', id)
  assert.equal([again.code, again.stdout.split('\n')[0]], [0, `${id} had ended already`])
})

test('--timeout ends a run, with its reason', async () => {
  await pushScript('late', 'sleep 100\n')
  const { code } = await host.pod('start', 'local', 'late', '--timeout', '150ms', '--wait')
  assert.is(code, 143)
  const [run] = await runsOf('late')
  assert.equal(run?.end, { code: null, signal: 'SIGTERM', reason: 'timeout' })
  assert.equal(
    (await runsOf('--failed')).map(({ id }) => id),
    ['late.1'],
  )
})

test('a script goes on when the host dies: same pid, output goes on, its exit code is known', async () => {
  const gate = join(host.dir, 'gate')
  const wait = (file: string) => `while [ ! -e ${file} ]; do sleep 0.02; done`
  await pushScript('steady', `echo one; ${wait(gate)}; echo two; ${wait(`${gate}2`)}; exit 5\n`)
  const id = await start('steady')
  const gone = await start('steady')
  const before = await until(async () => {
    const runs = await runsOf('steady')
    return runs.every(({ state }) => state === 'up') && runs.find(run => run.id === id)
  }, 'both run')
  await host.killHost()
  writeFileSync(gate, '')
  await until(() => readFileSync(join(host.data, 'logs/steady/1.log'), 'utf8').includes('two'), 'it wrote on')
  await host.up()
  const after = (await runsOf('steady')).find(run => run.id === id)
  assert.equal([after?.pid, after?.state], [before.pid, 'up'])
  assert.ok(isAlive(before.pid as number))
  await host.killHost()
  writeFileSync(`${gate}2`, '')
  await until(() => !isAlive(before.pid as number), 'it has ended while no host was there')
  const deadMs = Date.now() + 300
  await until(() => Date.now() > deadMs, 'a while has passed')
  await host.up()
  for (const run of [id, gone]) {
    const { endedAt = '' } = await ended(run)
    assert.ok(Date.parse(endedAt) <= deadMs, 'its end is not when the next host heard of it')
  }
  for (const run of [id, gone]) assert.equal((await ended(run)).end, { code: 5, signal: null, reason: 'exited' })
  assert.is(await host.ok('output', 'local', id), 'one\ntwo\n')
})

test('what was queued when the host died is run by the next, in order', async () => {
  const gate = join(host.dir, 'gate')
  const order = join(host.dir, 'order')
  await pushScript('one', `echo $1 >> ${order}; while [ ! -e ${gate} ]; do sleep 0.02; done\n`)
  await host.ok('scale', 'local', 'one', '1')
  for (const at of ['1', '2', '3', '4']) await start('one', '--', at)
  await until(() => existsSync(order), 'the first runs')
  await host.killHost()
  writeFileSync(gate, '')
  await host.up()
  await ended('one.4')
  assert.is(readFileSync(order, 'utf8'), '1\n2\n3\n4\n')
})

test('a run whose keeper is killed is lost once its process is gone, and the next start has a new one', async () => {
  const gate = join(host.dir, 'gate')
  await pushScript('orphan', `while [ ! -e ${gate} ]; do sleep 0.02; done\n`)
  const id = await start('orphan')
  const { pid = 0 } = await until(async () => (await runsOf('orphan')).find(run => run.pid), 'it runs')
  const parent = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  process.kill(parent, 'SIGKILL')
  await until(() => !isAlive(parent), 'the keeper is gone')
  writeFileSync(gate, '')
  assert.equal((await ended(id)).end, {
    code: null,
    signal: null,
    reason: 'lost',
    message: 'its keeper went down',
  })
  assert.is((await host.pod('start', 'local', 'orphan', '--wait')).code, 0)
})

test('--wait stands for the script: Ctrl-C stops it, and the death of the host does not end it', async () => {
  const gate = join(host.dir, 'gate')
  await pushScript('followed', `echo one; while [ ! -e ${gate} ]; do sleep 0.02; done; echo two; exit 4\n`)
  const follow = async () => {
    const child = host.start('start', 'local', 'followed', '--wait')
    const seen = { text: '' }
    child.stdout?.on('data', (bytes: Buffer) => {
      seen.text += bytes.toString()
    })
    const closed = once(child, 'close')
    await until(() => seen.text === 'one\n', 'it is followed')
    return { child, seen, closed }
  }
  const interrupted = await follow()
  interrupted.child.kill('SIGINT')
  assert.equal(await interrupted.closed, [143, null])
  assert.equal((await runsOf('followed'))[0]?.end, { code: null, signal: 'SIGTERM', reason: 'stopped' })
  const followed = await follow()
  await host.killHost()
  writeFileSync(gate, '')
  await host.up()
  assert.equal(await followed.closed, [4, null])
  assert.is(followed.seen.text, 'one\ntwo\n')
})

test('a keeper that hangs delays a start and begins nothing later: each start is one run', async () => {
  await restartWith({ adoptTimeout: '3s' })
  const ran = join(host.dir, 'ran')
  await pushScript('once', `echo $P8A_RUN >> ${ran}\n`)
  assert.is((await host.pod('start', 'local', 'once', '--wait')).code, 0)
  const spawned = [...(await host.ok('logs', 'local')).matchAll(/keeper was spawned pid=(\d+)/g)]
  const keeper = Number(spawned.at(-1)?.[1])
  process.kill(keeper, 'SIGSTOP')
  try {
    const id = await start('once')
    const stopped = await start('once')
    await host.stop(stopped)
    assert.is((await ended(stopped)).end?.reason, 'stopped')
    assert.equal((await ended(id)).end, { code: 0, signal: null, reason: 'exited' })
  } finally {
    process.kill(keeper, 'SIGCONT')
  }
  await until(() => !isAlive(keeper), 'the keeper that hung has ended, for want of work')
  assert.equal(readFileSync(ran, 'utf8').trim().split('\n').sort(), ['once.1', 'once.2'])
})

test('a note of an end that is none harms nothing', async () => {
  const gate = join(host.dir, 'gate')
  await pushScript('noted', `while [ ! -e ${gate} ]; do sleep 0.02; done; exit 3\n`)
  const id = await start('noted')
  await until(async () => (await runsOf('noted'))[0]?.pid, 'it runs')
  for (const note of ['{}', '[]', 'null', '{"code":"x","signal":5}', '{"code":null,"signal":null}', '\0']) {
    await host.killHost()
    writeFileSync(join(host.data, 'pods/noted/runs/1.exit'), note)
    await host.up()
    assert.is((await runsOf('noted'))[0]?.state, 'up', note)
  }
  writeFileSync(gate, '')
  assert.equal((await ended(id)).end, { code: 3, signal: null, reason: 'exited' })
})

test('output is read from an offset, and waited for while the script runs', async () => {
  const gate = join(host.dir, 'gate')
  await pushScript('parts', `printf 'abc'; while [ ! -e ${gate} ]; do sleep 0.02; done; printf 'def\\nghi'\n`)
  const id = await start('parts')
  const client = await host.client()
  const read = async (offset: number, waitMs = 0): Promise<MethodResults['pod.output']> =>
    await client.call('pod.output', { name: id, offset, waitMs })
  const first = await read(1, 10_000)
  assert.equal([first.data, first.next, first.done], ['bc', 3, false])
  const waiting = read(3, 10_000)
  writeFileSync(gate, '')
  assert.is((await waiting).data.slice(0, 3), 'def')
  await ended(id)
  assert.equal([(await read(0)).data, (await read(0)).done], ['abcdef\nghi', true])
  assert.equal([(await read(2)).data, (await read(5)).data, (await read(100)).data], ['cdef\nghi', 'f\nghi', ''])
  client.close()
})

test('a record is erased with its output; the pod goes with all of them', async () => {
  await pushScript('once', 'echo hi\n')
  for (let run = 0; run < 2; run++) await host.pod('start', 'local', 'once', '--wait')
  await host.ok('remove', 'local', 'once', '--run', 'once.1')
  assert.equal(
    (await runsOf('once')).map(({ id }) => id),
    ['once.2'],
  )
  assert.not(existsSync(join(host.data, 'logs/once/1.log')))
  assert.is((await host.refused('output', 'local', 'once.1')).code, 'run_not_found')
  await host.remove('once')
  assert.equal((await host.json<{ pods: PodStatus[] }>('status', 'local')).pods, [])
})

test('a service and a script are told apart, whatever the extension says', async () => {
  const cases: [content: string, code: string][] = [
    ['#!/nowhere/python9\n', 'bad_interpreter'],
    ['#!/usr/bin/env nowhere9\n', 'bad_interpreter'],
    ['#!/bin/bash\r\necho\r\n', 'bad_interpreter'],
    ['#!/etc/passwd\n', 'bad_interpreter'],
  ]
  for (const [at, [content, code]] of cases.entries()) {
    await pushScript(`bad${at}`, content)
    const error = await host.refused('start', 'local', `bad${at}`)
    assert.is(error.code, code, content)
    assert.is((await runsOf(`bad${at}`)).length, 0)
  }
  writeFileSync(join(host.dir, 'empty.sh'), '\n')
  assert.is((await host.refused('push', 'local', 'empty', join(host.dir, 'empty.sh'))).code, 'bad_image')
  await pushScript('job', 'echo hi\n')
  assert.is(
    (await host.refused('push', 'local', 'job', join(import.meta.dirname, '../fixtures/pods/forever.js'))).code,
    'pod_exists',
  )
  assert.is((await host.refused('restart', 'local', 'job')).code, 'unsupported')
  assert.is((await host.refused('start', 'local', 'job', '--retries', '3')).code, 'bad_config')
  await host.push('forever')
  assert.is((await host.refused('start', 'local', 'forever', '--timeout', '3s')).code, 'bad_params')
  assert.is((await host.refused('output', 'local', 'forever')).code, 'unsupported')
  assert.is((await host.refused('stop', 'local', 'job.9')).code, 'run_not_found')
  const nowhere = await host.pod('start', 'local', 'job', '--cwd', '/nowhere', '--wait')
  assert.is(nowhere.code, 1)
  assert.match(nowhere.stderr, /"\/nowhere" does not exist/)
})

test('a program that is not a text is pushed and run as it is', async () => {
  await host.pushFile('truth', '/bin/true')
  assert.is((await host.pod('start', 'local', 'truth', '--wait')).code, 0)
})

test('output beyond the limit is cut, and the cut is marked', async () => {
  await restartWith({ maxOutputBytes: 1000 })
  await pushScript('flood', 'head -c 50000000 /dev/zero | tr "\\0" x; echo; echo end\n')
  const { code, stdout } = await host.pod('start', 'local', 'flood', '--wait')
  assert.is(code, 0)
  assert.is(stdout, `${'x'.repeat(1000)}\n[p8a: the output was cut here, 1000 bytes are kept of a run]\n`)
  const [run] = await runsOf('flood')
  assert.equal([run?.cut, run?.outputBytes], [true, 50_000_005])
})

test.run()

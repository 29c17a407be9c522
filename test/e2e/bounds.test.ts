// What takes more than it is given: each limit has a pod that goes beyond it, and others that do not notice.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fixture } from '../paths.ts'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'
import { TestHost, withSpares } from './harness.ts'

const test = suite('bounds')
const host = new TestHost(withSpares)

test.before(async () => {
  mkdirSync(host.data, { mode: 0o700 })
  writeFileSync(join(host.data, 'host.json'), JSON.stringify({ v: 1, id: 'bounded', settings: { limitInterval: 150 } }))
  await host.up()
  await host.push('forever')
})
test.after(() => host.dispose())

const pidOf = async (name: string) => (await host.status(name)).runs[0]?.pid as number
/** The ends of its runs that went beyond a limit, the newest first. */
const overs = async (name: string) =>
  (await host.runs(name)).flatMap(({ end }) => (end?.reason === 'limit' ? [end] : []))

test('a run over its memory is replaced by another, without a moment in which none is up', async () => {
  await host.push('greedy', 'slow')
  await host.ok('start', 'local', 'slow', '--memory', '120MB', '--memory-max', '2GB', '--drain-timeout', '1s')
  const first = await pidOf('slow')
  let least = 1
  await host.call('slow', 'eat', 150)
  await until(async () => {
    const { up, runs } = await host.status('slow')
    least = Math.min(least, up)
    return runs.length === 1 && runs[0]?.pid !== first && up === 1
  }, 'another run has its place')
  assert.is(least, 1, 'one was up all the time')
  const [end] = await overs('slow')
  assert.match(end?.message ?? '', /^memory limit 120 MB \(was \d+ MB\)$/)
  assert.ok((await host.lines('slow')).includes('cleaned up'), 'it could finish what it had')
  const status = await host.status('slow')
  assert.is(status.overLimit, 1)
  assert.is(status.restarts, 1)
  assert.match(
    await host.ok('status', 'local', 'slow'),
    /limits +memory 120 MB \(watched\), memoryMax 2\.0 GB \(watched\); 1 run went beyond them/,
  )
  assert.match(await host.ok('runs', 'local', 'slow'), /memory limit 120 MB \(was \d+ MB\)/)
  await host.stop('slow')
})

test('a run that eats much at once is killed, and its pod tries again; what it started outside of its group counts', async () => {
  await host.push('greedy', 'fast')
  await host.begin('fast', { config: { limits: { memoryMax: '200MB' } } })
  const first = await pidOf('fast')
  const child = (await host.call('fast', 'eatInChild', 300)) as number
  const [end] = await until(async () => {
    const found = await overs('fast')
    return found.length > 0 && found
  }, 'it was killed')
  assert.match(end?.message ?? '', /^memory limit 200 MB \(was \d+ MB\)$/)
  await until(() => !isAlive(first) && !isAlive(child), 'nothing is left of it')
  const hit = await until(
    async () => (await host.ask('events.list', { name: 'fast', types: ['limit-hit'] })).events[0],
    'the event',
  )
  assert.match(JSON.stringify(hit), /"message":"memory limit 200 MB \(was \d+ MB\)"/)
  await until(async () => (await host.status('fast')).status === 'up', 'it is up again')
  await host.stop('fast')
})

test('a run that eats while it starts is in error with that as its cause', async () => {
  await host.push('greedy', 'never')
  await host.ask('pod.start', {
    name: 'never',
    params: { at: '300' },
    config: { limits: { memory: '100MB', memoryMax: '150MB' }, giveUp: 'after 2', minUptime: '60s' },
    wait: false,
  })
  const status = await until(async () => {
    const status = await host.status('never')
    return status.status === 'error' && status
  }, 'it gave up')
  assert.is(status.cause?.reason, 'limit')
  assert.match(status.text, /^memory limit 150 MB \(was \d+ MB\); gave up after 2 attempts$/)
})

test('a run that starts more and more processes is killed with all of them, and others do not notice', async () => {
  await host.begin('forever')
  const other = await pidOf('forever')
  await host.push('greedy', 'bomb')
  await host.begin('bomb', { config: { limits: { processes: 20 } } })
  await host.call('bomb', 'bomb')
  const [end] = await until(async () => {
    const found = await overs('bomb')
    return found.length > 0 && found
  }, 'it was killed')
  assert.match(end?.message ?? '', /^process limit 20 \(were \d+\)$/)
  await host.stop('bomb')
  assert.is(await pidOf('forever'), other)
})

test('a run has no more open files than it may, gives way and is killed first, also one that waited as a spare', async () => {
  await host.push('greedy', 'held')
  await host.begin('held', { config: { limits: { files: 100, nice: 5, oom: 300 } } })
  assert.is(await host.call('held', 'openFiles', 200), 'EMFILE')
  const pid = await pidOf('held')
  assert.is(getPriority(pid), 5)
  assert.is(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim(), '300')
  await host.stop('held')
})

test('a service in another language begins with its limits', async () => {
  const line = 'ulimit -n; nice; cat /proc/self/oom_score_adj; sleep 1000'
  await host.ok('push', 'local', 'shell', fixture('forever'), '--command', line)
  await host.begin('shell', { config: { limits: { files: 100, nice: 5, oom: 300 } } })
  await until(async () => (await host.lines('shell')).join() === '100,5,300', 'it has said them')
  await host.stop('shell')
})

test('a host that takes over knows the limits of what it finds', async () => {
  await host.push('greedy', 'adopted')
  await host.begin('adopted', { config: { limits: { memory: '100MB', memoryMax: '200MB' } } })
  const pid = await pidOf('adopted')
  await host.killHost()
  await host.up()
  assert.is(await pidOf('adopted'), pid)
  await host.call('adopted', 'eatInChild', 300)
  await until(async () => (await overs('adopted')).length > 0, 'it was killed')
  await until(() => !isAlive(pid), 'it is gone')
  await host.stop('adopted')
})

test('a pod that is killed is gone at once, and stays down whoever wants it, until it is started', async () => {
  await host.push('stubborn', 'suspect')
  await host.begin('suspect', { config: { schedule: '* * * * * *' } })
  const pid = await pidOf('suspect')
  await host.ok('kill', 'local', 'suspect')
  assert.not(isAlive(pid))
  assert.match(await host.ok('status', 'local', 'suspect'), /killed at .*: it stays down until it is started/)
  for (const verb of ['wake', 'restart']) {
    const refused = await host.refused(verb, 'local', 'suspect')
    assert.is(refused.code, 'pod_not_up')
    assert.match(refused.hint, 'pod start local suspect')
  }
  await host.killHost()
  await host.up()
  assert.is((await host.status('suspect')).want, 'idle')
  await host.refused('wake', 'local', 'suspect')
  await host.begin('suspect')
  await host.ok('kill', 'local', 'suspect')
  const types = ['started', 'killed', 'stopped'] as const
  const told = async () => (await host.ask('events.list', { name: 'suspect', types: [...types] })).events
  await until(async () => (await told()).length === 4, 'all is told')
  assert.equal(
    (await told()).map(({ type }) => type),
    ['started', 'killed', 'started', 'killed'],
  )
})

test('a script that is killed has no time to end', async () => {
  await host.ask('pod.push', {
    name: 'loop',
    code: '#!/bin/sh\ntrap "" TERM\nwhile :; do sleep 1; done\n',
    file: 'loop.sh',
  })
  await host.ask('pod.start', { name: 'loop' })
  await until(async () => (await host.status('loop')).runs[0]?.state === 'up', 'it runs')
  const result = await host.json<{ ended: { signal: string }[] }>('kill', 'local', 'loop')
  assert.equal(
    result.ended.map(({ signal }) => signal),
    ['SIGKILL'],
  )
})

test('other limits hold runs that stay', async () => {
  await host.push('greedy', 'bounded')
  await host.begin('bounded', { config: { limits: { memory: '2GB' }, drainTimeout: '1s' } })
  const first = await pidOf('bounded')
  await host.ask('pod.reload', { name: 'bounded', config: { drainTimeout: '1s' } })
  await host.call('bounded', 'eat', 150)
  assert.is(await pidOf('bounded'), first, 'it has none')
  await host.ask('pod.reload', { name: 'bounded', config: { limits: { memory: '120MB' }, drainTimeout: '1s' } })
  await until(async () => (await overs('bounded')).length > 0, 'it is beyond the new one')
})

test('a script is killed beyond its memory, and begins with its other limits', async () => {
  const code =
    '#!/usr/bin/env node\nconsole.log(os.getPriority())\nconst b = Buffer.alloc(3e8, 1)\nsetInterval(() => b[0]++, 1000)\n'
  await host.ask('pod.push', {
    name: 'hungry',
    code: code.replace('console', 'const os = require("os"); console'),
    file: 'hungry.sh',
  })
  await host.ask('pod.start', { name: 'hungry', config: { limits: { memory: '150MB', nice: 4 } } })
  const [end] = await until(async () => {
    const found = await overs('hungry')
    return found.length > 0 && found
  }, 'it was killed')
  assert.match(end?.message ?? '', /^memory limit 150 MB \(was \d+ MB\)$/)
  assert.equal(await host.lines('hungry'), ['4'])
})

test('cpu is held by the kernel, or refused by name', async () => {
  await host.push('forever', 'frugal')
  const doctor = await host.ok('host', 'doctor')
  if (/whole run: (?!none).*cpu/.test(doctor)) {
    await host.ok('start', 'local', 'frugal', '--cpu', '0.5')
    assert.match(await host.ok('status', 'local', 'frugal'), /cpu 0\.5 \(by the kernel\)/)
    return await host.stop('frugal')
  }
  const refused = await host.refused('start', 'local', 'frugal', '--cpu', '0.5')
  assert.is(refused.code, 'unsupported')
  assert.match(refused.message, /with limits\.cpu: nothing can hold it here, since /)
  assert.match(doctor, /whole run: none: /)
})

test('a run that fills its storage is killed, and another begins once there is room', async () => {
  await host.push('greedy', 'filling')
  await host.begin('filling', { config: { limits: { storage: '20MB' } } })
  await host.call('filling', 'fill')
  const [end] = await until(async () => {
    const found = await overs('filling')
    return found.length > 0 && found
  }, 'it was killed')
  assert.match(end?.message ?? '', /^storage limit 20 MB \(was \d+ MB\)$/)
  assert.match(await host.ok('status', 'local', 'filling'), /limits +storage 20 MB \(watched\); 1 run went beyond/)
  const storage = join(host.data, 'pods/filling/storage')
  const full = await until(async () => {
    const { status, cause, text } = await host.status('filling')
    return status !== 'up' && /there is room/.test(`${cause?.text} ${text}`) && cause
  }, 'no other begins')
  assert.match(full.text, storage)
  for (const file of readdirSync(storage)) rmSync(join(storage, file))
  await until(async () => (await host.status('filling')).status === 'up', 'it is up again')
  await host.stop('filling')
})

test('the logs of a pod take no more than they may: the oldest lines go', async () => {
  await host.push('greedy', 'telling')
  await host.begin('telling', { config: { limits: { logs: '2MB' } } })
  await host.call('telling', 'tell', 8)
  const folder = join(host.data, 'logs/telling')
  const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
  assert.ok(bytes <= 2 * 1024 * 1024, String(bytes))
  assert.match((await host.lines('telling')).at(-1) ?? '', /^8191 x/)
  assert.match(await host.ok('status', 'local', 'telling'), /limits +logs 2\.0 MB \(the oldest lines go\)/)
  await host.stop('telling')
})

test('what is no limit is refused by name', async () => {
  await host.push('greedy', 'wrong')
  for (const [args, message] of [
    [['--memory', 'much'], 'Cannot use --memory "much": it is not an amount'],
    [['--memory', '2GB', '--memory-max', '1GB'], 'memoryMax that is less than its memory'],
    [['--max-storage', '10'], 'Cannot use --max-storage "10": it is less than 1 MB'],
    [['--nice', '99'], 'not a whole number from 0 to 19'],
  ] as const) {
    const refused = await host.refused('start', 'local', 'wrong', ...args)
    assert.ok(refused.message.includes(message), refused.message)
  }
  assert.match((await host.refused('start', 'local', 'wrong', '--max-memory-restart', '200M')).hint, '--memory')
})

test.run()

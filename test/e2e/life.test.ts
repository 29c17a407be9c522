// A pod's life as its owner sees it: statuses, restart policies, health checks, stops. Driven by the built command.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Stopped } from '../../protocol/words.ts'
import { fixture, podProgram } from '../paths.ts'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'
import { TestHost, withSpares } from './harness.ts'

const test = suite('life')
const host = new TestHost(withSpares)

test.before(() => host.up())
test.after(() => host.dispose())

/** A line of the shell of the host, or of a pod. */
async function inShell(line: string, ...at: string[]) {
  return await host.run(process.execPath, [podProgram, 'shell', 'local', ...at], { input: `${line}\n` })
}

test('a pod is idle after push, up after start, idle after stop', async () => {
  await host.push('forever')
  assert.is((await host.status('forever')).status, 'idle')
  await host.begin('forever', { params: { value: '24' } })
  const up = await host.status('forever')
  assert.equal([up.status, up.up, up.scale, up.params], ['up', 1, 1, { value: '24' }])
  const stopped = await host.json<Stopped>('stop', 'local', 'forever')
  assert.is(stopped.status, 'idle')
  assert.equal(
    stopped.ended.map(end => [end.reason, end.signal]),
    [['stopped', 'SIGTERM']],
  )
  assert.ok((await host.lines('forever')).includes('cleaned up'))
})

test('a pod that is killed is back at once, with another pid and one restart', async () => {
  await host.push('forever', 'killed')
  await host.begin('killed')
  const pid = (await host.status('killed')).runs[0]?.pid as number
  process.kill(pid, 'SIGKILL')
  const back = await until(async () => {
    const status = await host.status('killed')
    return status.status === 'up' && status.restarts === 1 && status
  }, 'it is back')
  assert.is.not(back.runs[0]?.pid, pid)
  assert.equal((await host.runs('killed')).at(-1)?.end, { code: null, signal: 'SIGKILL', reason: 'killed' })
  await host.stop('killed')
})

test('a pod that a real-time signal killed is recorded as that, and started again under "on-failure"', async () => {
  await host.push('forever', 'realtime')
  await host.begin('realtime', { config: { restart: 'on-failure' } })
  const { runs } = await host.status('realtime')
  // Node takes the number of a signal that it has no name for.
  process.kill(runs[0]?.pid as number, 40)
  await until(async () => (await host.status('realtime')).restarts === 1, 'it is started again')
  assert.equal((await host.runs('realtime')).at(-1)?.end, { code: null, signal: 'SIGRTMIN+6', reason: 'killed' })
  await host.stop('realtime')
})

test('a pod that never comes up is error after its attempts, with the cause, its last lines and a record of each', async () => {
  await host.push('crash-at-start')
  const { code, stderr } = await host.pod('start', 'local', 'crash-at-start')
  assert.is(code, 1)
  assert.match(stderr, /no database/)
  assert.match(stderr, /about to crash/, 'its last lines are shown')
  const status = await host.status('crash-at-start')
  assert.is(status.status, 'error')
  assert.equal([status.cause?.reason, status.cause?.text], ['fault', 'Error: no database'])
  assert.is((await host.runs('crash-at-start')).length, 3)
  const refused = await host.refused('start', 'local', 'crash-at-start')
  assert.is(refused.code, 'start_failed', 'an explicit start begins anew')
  assert.is((await host.runs('crash-at-start')).length, 6)
})

test('a pod whose need comes later is in error, is tried on, and is up once it is there', async () => {
  const file = join(host.dir, 'database')
  await host.push('waits-for-file', 'later')
  const refused = await host.refused('start', 'local', 'later', '--retries', '2', '--file', file)
  assert.match(refused.hint ?? '', /the host goes on trying, next in \d\.\d s; to end that: pod stop/)
  const status = await host.status('later')
  assert.equal([status.status, status.want, status.failed], ['error', 'up', 1])
  assert.is(status.cause?.text, 'exited with code 1')
  assert.match(await host.ok('status', 'local'), /later +error.*exited with code 1; \d attempts failed, /)
  writeFileSync(file, '')
  const up = await until(async () => {
    const now = await host.status('later')
    return now.status === 'up' && now
  }, 'it is up')
  assert.ok(up.restarts >= 2)
  assert.equal([up.cause, up.retryAt, up.failed], [undefined, undefined, undefined])
  await host.stop('later')
})

test('a pod that is neither up nor over is ended at startTimeout', async () => {
  await host.push('silent-start')
  const refused = await host.refused('start', 'local', 'silent-start')
  assert.is(refused.code, 'start_failed')
  assert.is((await host.status('silent-start')).cause?.reason, 'start_timeout')
})

test('a pod whose default export is its main loop is up after readyAfter', async () => {
  await host.push('looping')
  await host.begin('looping')
  assert.is((await host.status('looping')).status, 'up')
  await host.stop('looping')
})

test('restart "on-failure" leaves a pod that ends with 0, and gives up on one that ends with 3', async () => {
  await host.push('one-shot')
  await host.begin('one-shot')
  const done = await until(async () => {
    const status = await host.status('one-shot')
    return status.status === 'idle' && status
  }, 'it is over')
  assert.is(done.text, 'finished')
  await host.pod('start', 'local', 'one-shot', '--code', '3')
  const failed = await until(async () => {
    const status = await host.status('one-shot')
    return status.status === 'error' && status
  }, 'it has failed')
  assert.is(failed.cause?.text, 'exited with code 3')
})

test('restart "never" leaves a pod that was killed in error', async () => {
  await host.push('forever', 'once')
  await host.begin('once', { config: { restart: 'never' } })
  process.kill((await host.status('once')).runs[0]?.pid as number, 'SIGKILL')
  await until(async () => (await host.status('once')).status === 'error', 'it is error')
  assert.is((await host.runs('once')).length, 1)
})

test('a pod with its own check is up while it says so, with its text shown', async () => {
  await host.push('checked')
  await host.begin('checked')
  // On a busy machine a check may have come in between.
  assert.match((await host.status('checked')).text, /^(serving 12 users|check \d+)$/)
  await until(async () => Number(await host.call('checked', 'count')) > 3, 'it was checked')
  const status = await host.status('checked')
  assert.is(status.restarts, 0)
  assert.match(status.text, /^check \d+$/)
})

for (const answer of ['error', 'nothing'] as const) {
  test(`a pod whose check answers ${answer} is killed and restarted`, async () => {
    const before = (await host.status('checked')).restarts
    await host.call('checked', 'set', answer)
    await until(async () => (await host.status('checked')).restarts > before, 'it was restarted')
    const ends = (await host.runs('checked')).map(run => run.end?.reason)
    assert.ok(ends.includes('unhealthy'))
    await until(async () => (await host.status('checked')).status === 'up', 'it is up again')
  })
}

test('a run that says it is not well is no more up, its words are the cause, and it is replaced if it goes on', async () => {
  await host.push('unwell')
  await host.ok('start', 'local', 'unwell', '--scale', '2', '--check-interval', '10m')
  await host.call('unwell.1', 'say', 'error', 'no database')
  const unwell = await until(async () => {
    const status = await host.status('unwell')
    return status.status === 'error' && status
  }, 'it is in error')
  assert.equal([unwell.text, unwell.cause?.text, unwell.cause?.run], ['no database', 'no database', 'unwell.1'])
  await host.call('unwell.1', 'say', 'waiting', 'for a lock')
  await until(async () => (await host.status('unwell')).status === 'waiting', 'it waits')
  await host.call('unwell.1', 'say', 'error', 'no database')
  const { code } = await inShell('worker revive unwell')
  assert.is(code, 0)
  const ends = await host.runs('unwell')
  assert.equal(ends.find(({ id }) => id === 'unwell.1')?.end?.message, 'no database')
  const revived = await host.status('unwell')
  assert.equal(
    [revived.status, revived.runs.map(({ id }) => id)],
    ['up', ['unwell.3', 'unwell.2']],
    'the other was left alone',
  )
  await host.stop('unwell')
  await host.ok('start', 'local', 'unwell', '--check-interval', '50')
  await host.call('unwell', 'say', 'error', 'still no database')
  await until(async () => (await host.status('unwell')).restarts === 1, 'it was replaced')
  await host.stop('unwell')
})

test('a run that still loads is not up', async () => {
  await host.ok(
    'start',
    'local',
    'unwell',
    '--scale',
    '1',
    '--env',
    'LOAD_MS=60000',
    '--ready-after',
    '50',
    '--no-wait',
  )
  await until(async () => (await host.status('unwell')).runs[0]?.text === 'loading', 'it was asked')
  assert.is((await host.status('unwell')).status, 'waiting')
  const refused = await host.refused('start', 'local', 'unwell', '--env', 'LOAD_MS=60000').catch(() => undefined)
  assert.is(refused?.code, 'pod_running')
  await host.stop('unwell')
})

test('a command that awaits nothing loses no text, and no verb that is refused ends its run', async () => {
  await host.begin('unwell', { config: { scale: 1 } })
  for (const how of ['', 'throw']) {
    const { stdout, code } = await inShell(`hasty ${how}`, 'unwell')
    assert.equal([stdout.split('\n').length, code], [201, how === '' ? 0 : 1])
  }
  const { restarts, status } = await host.status('unwell')
  assert.equal([restarts, status], [0, 'up'])
  assert.ok(
    (await host.lines('unwell')).some(line => /primary\.send: Cannot do pod\.restart: the pod may not/.test(line)),
  )
  await host.stop('unwell')
})

test('a host that was frozen for longer than a check may take blames no pod for it', async () => {
  await host.push('slow-check')
  await host.begin('slow-check')
  for (const frozenMs of [500, 700, 900]) {
    process.kill(host.pid, 'SIGSTOP')
    const thawAtMs = performance.now() + frozenMs
    await until(() => performance.now() > thawAtMs, 'the checks that were under way would be late')
    process.kill(host.pid, 'SIGCONT')
    assert.is((await host.status('slow-check')).restarts, 0)
  }
  await host.stop('slow-check')
})

test('no command waits for ever for a host that is stopped, and one that works long shows meanwhile that it lives', async () => {
  const hasty = ['--host-timeout', '300ms']
  await host.push('stubborn', 'slow-to-stop')
  await host.ok('start', 'local', 'slow-to-stop', '--stop-timeout', '10m')
  process.kill(host.pid, 'SIGSTOP')
  for (const command of [
    ['status', 'local'],
    ['logs', 'local', 'slow-to-stop', '--follow'],
    ['stop', 'local', 'slow-to-stop'],
    ['push', 'local', 'another', fixture('forever')],
    ['host', 'status'],
    ['host', 'stop'],
  ]) {
    const { code, exit, hint } = await host.refused(...command, ...hasty)
    assert.equal([code, exit], ['host_silent', 3], command.join(' '))
    assert.match(hint, /kill -CONT/)
  }
  process.kill(host.pid, 'SIGCONT')
  const client = await host.client()
  let hasStopped = false
  const stopping = client.call('pod.stop', { name: 'slow-to-stop' }).then(() => {
    hasStopped = true
  })
  await until(async () => (await host.lines('slow-to-stop')).includes('SIGTERM? No.'), 'it is asked to end')
  await client.call('rpc.ping', {})
  assert.not(hasStopped)
  await host.ok('kill', 'local', 'slow-to-stop')
  await stopping
  client.close()
})

test('a pod with a blocked loop, and one that is stopped by SIGSTOP, are found out', async () => {
  await host.push('puppet')
  await host.ok('start', 'local', 'puppet', '--check-interval', '150', '--check-timeout', '1s')
  await host.call('puppet', 'block', 60_000)
  const second = await until(
    async () => (await host.status('puppet')).runs.find(({ after }) => after),
    'another run took the place of the blocked one',
  )
  assert.equal([second.restarts, second.after?.reason], [1, 'unhealthy'])
  assert.match(
    second.after?.text ?? '',
    /^failed its health checks: the event loop was blocked for [\d.]+ s, and check\.timeout gives it more time$/,
  )
  const run = await until(
    async () => (await host.status('puppet')).runs.find(({ state }) => state === 'up'),
    'it is up',
  )
  assert.match(
    await host.ok('status', 'local', 'puppet'),
    /restarted +after this: .*blocked for [\d.]+ s, .* \(puppet\.\d+, unhealthy\)/,
  )
  process.kill(run.pid as number, 'SIGSTOP')
  await until(async () => (await host.status('puppet')).restarts === 2, 'the stopped one was restarted')
  assert.match(
    (await host.runs('puppet')).find(({ id }) => id === run.id)?.end?.message ?? '',
    /^the process was stopped for [\d.]+ s$/,
  )
  await host.stop('puppet')
})

test('a pod that takes no notice of SIGTERM is killed after stopTimeout', async () => {
  await host.push('stubborn')
  await host.begin('stubborn')
  const stopped = await host.json<Stopped>('stop', 'local', 'stubborn')
  assert.equal(
    stopped.ended.map(end => [end.reason, end.signal]),
    [['stopped', 'SIGKILL']],
  )
  assert.ok((await host.lines('stubborn')).includes('SIGTERM? No.'))
})

test('a cleanup that never ends does not keep a pod from ending', async () => {
  await host.push('clinging')
  await host.begin('clinging')
  const stopped = await host.json<Stopped>('stop', 'local', 'clinging')
  assert.equal(
    stopped.ended.map(end => [end.reason, end.signal]),
    [['stopped', 'SIGTERM']],
  )
})

test('no child and no grandchild survives a stop, nor a kill of the pod', async () => {
  await host.push('parent')
  for (const end of ['stop', 'kill']) {
    await host.begin('parent', { config: { restart: 'never' } })
    const pid = (await host.status('parent')).runs[0]?.pid as number
    await until(
      async () =>
        (await host.lines('parent')).filter(line => /^grandchild \d+$/.test(line)).length > (end === 'stop' ? 0 : 1),
      'it has a grandchild',
    )
    const family = (await host.lines('parent'))
      .flatMap(line => /^(?:grand)?child (\d+)$/.exec(line)?.[1] ?? [])
      .map(Number)
      .filter(isAlive)
    assert.is(family.length, 2, 'a child and a grandchild run')
    if (end === 'stop') await host.stop('parent')
    else process.kill(pid, 'SIGKILL')
    await until(() => family.every(member => !isAlive(member)), 'the family is gone')
  }
})

test('scale gives ten runs with slots 0 to 9, and scales down again, highest slot first', async () => {
  await host.push('forever', 'wide')
  await host.begin('wide')
  const first = (await host.status('wide')).runs[0]?.pid
  await host.ok('scale', 'local', 'wide', '10')
  const wide = await host.status('wide')
  assert.equal([wide.up, wide.scale], [10, 10])
  assert.equal(
    wide.runs.map(run => run.slot),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  )
  await host.ok('scale', 'local', 'wide', '2')
  const narrow = await host.status('wide')
  assert.equal(
    narrow.runs.map(run => run.slot),
    [0, 1],
  )
  assert.is(narrow.runs[0]?.pid, first, 'the others were left alone')
  const leaving = readFileSync(`${host.data}/logs/host.log`, 'utf8')
    .split('\n')
    .filter(line => line.includes('"draining"') && line.includes('"wide'))
  const order = leaving.map(line => wide.runs.find(run => run.id === JSON.parse(line).run)?.slot)
  assert.equal(order, [9, 8, 7, 6, 5, 4, 3, 2])
  await host.stop('wide')
})

test('a start that is overtaken by a stop says so', async () => {
  await host.push('looping', 'overtaken')
  const client = await host.client()
  const start = client.call('pod.start', { name: 'overtaken', config: { readyAfter: '20s' } }).catch(error => error)
  await until(async () => (await host.status('overtaken')).runs.length === 1, 'it is starting')
  await client.call('pod.stop', { name: 'overtaken' })
  const { code, message } = await start
  assert.is(code, 'start_failed')
  assert.match(message, /stopped or removed meanwhile/)
  client.close()
})

test('a scale that is overtaken by another ends, with what is there then', async () => {
  await host.push('cleaning', 'rescaled')
  await host.begin('rescaled', { config: { scale: 3 } })
  const client = await host.client()
  const down = client.call('pod.scale', { name: 'rescaled', scale: 1 })
  const up = client.call('pod.scale', { name: 'rescaled', scale: 3 })
  // The first may see its own scale or the other's; it must not wait for what will not be.
  const [, last] = await Promise.all([down, up])
  assert.equal([last.scale, last.up], [3, 3])
  client.close()
  await host.stop('rescaled')
})

test('status tells cpu and memory when asked', async () => {
  await host.begin('forever')
  const asked = await host.json<{ runs: { memory?: number; cpu?: number }[] }>('status', 'local', 'forever', '--usage')
  assert.ok((asked.runs[0]?.memory ?? 0) > 10_000_000)
  assert.type(asked.runs[0]?.cpu, 'number')
  assert.is((await host.status('forever')).runs[0]?.memory, undefined)
})

test('restart keeps the params, and runs the newest version', async () => {
  await host.restart('forever')
  assert.equal((await host.status('forever')).params, {})
  await host.stop('forever')
  await host.ok('start', 'local', 'forever', '--a', '1')
  await host.push('counting', 'forever')
  assert.is((await host.status('forever')).version, 1)
  await host.restart('forever')
  const status = await host.status('forever')
  assert.equal([status.version, status.params], [2, { a: '1' }])
  await host.stop('forever')
})

test.run()

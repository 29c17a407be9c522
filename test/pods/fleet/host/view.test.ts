import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { statusOf } from '../../../../pods/fleet/host/view.ts'
import type { PodRecord, Report } from '../../../../pods/fleet/records.ts'
import { podRecord } from '../pod-record.ts'

const nowMs = Date.parse('2026-01-01T00:00:00Z')
const inTime = (ms: number) => new Date(nowMs + ms).toISOString()
const well: Report = {
  ...{ status: 'up', text: '', turn: 1, up: 1, version: 1, restarts: 0, failed: '' },
  runs: [{ id: 'web.1', upAt: inTime(-1000) }],
}
const asleep: Report = { ...well, status: 'idle', up: 0, runs: [], asleepSince: inTime(-60_000) }
const crashed: Report = {
  ...{ ...well, status: 'error', up: 0, restarts: 9, runs: [] },
  text: 'exited with code 3; 9 attempts failed, next in 26.8 s',
  cause: { reason: 'exited', text: 'exited with code 3', run: 'web.9' },
  retryAt: inTime(8000),
}

/** As it is where hosts tell these reports of it, and one run is assigned to each. */
function seen(reports: Record<string, Report>, more: Partial<PodRecord> = {}, usage = false) {
  const names = Object.keys(reports)
  const assigned = Object.fromEntries(names.map(name => [name, 1]))
  const hosts = names.map(name => ({ name, pods: { web: reports[name] } }))
  const views = { tables: { hostsWith: () => hosts as never }, isAlive: () => true, nowMs: () => nowMs, usage }
  return statusOf({ ...podRecord, scale: names.length, assigned, ...more }, views) as Record<string, unknown>
}

test('statusOf() tells what runs use only where that is asked for', () => {
  const used = { cpu: 1.5, memory: 61_000_000 }
  const reports = { a: { ...well, runs: [{ id: 'web.1', ...used }] }, b: { ...well, runs: [{ id: 'web.1' }] } }
  const of = (usage: boolean) =>
    (seen(reports, {}, usage).runs as { id: string }[]).map(({ id, ...run }) => ({
      id,
      ...('cpu' in run && { cpu: run.cpu }),
      ...('memory' in run && { memory: run.memory }),
    }))
  assert.equal(of(false), [{ id: 'a.web.1' }, { id: 'b.web.1' }])
  assert.equal(of(true), [{ id: 'a.web.1', ...used }, { id: 'b.web.1' }])
})

test('statusOf() says what is down on which host, why, and when it is tried again, counted from now', () => {
  const { status, text, cause, retryAt, restarts } = seen({ a: well, b: crashed })
  assert.equal([status, text, restarts], ['error', 'b: exited with code 3; next attempt in 8.0 s', 9])
  assert.equal(cause, { reason: 'exited', text: 'exited with code 3', run: 'b.web.9' })
  assert.is(retryAt, inTime(8000))
  // While there are attempts left, too.
  const trying = seen({ a: well, b: { ...crashed, status: 'waiting', retryAt: inTime(90_000) } })
  assert.equal([trying.status, trying.text], ['waiting', 'b: exited with code 3; next attempt in 1m 30s'])
  // What is not to be there any more explains nothing.
  assert.is(seen({ a: well, b: crashed }, { assigned: { a: 1 }, scale: 1 }).cause, undefined)
})

test('statusOf() says of what waits why nothing is moved, behind where it is, and of nothing else', () => {
  const stillness = () => '2 of 4 hosts are gone at once'
  const views = { tables: { hostsWith: () => [{ name: 'a', pods: { web: well } }] as never }, isAlive: () => true }
  const textAt = (scale: number, more: Partial<PodRecord> = {}) =>
    statusOf({ ...podRecord, scale, assigned: { a: 1 }, ...more }, { ...views, nowMs: () => nowMs, stillness }).text
  assert.is(textAt(2), 'on a (1); 2 of 4 hosts are gone at once')
  assert.is(textAt(1), 'on a (1)')
  assert.is(textAt(2, { waits: '1 of 2 runs wait' }), '1 of 2 runs wait')
})

test('statusOf() tells what the host says where no attempt comes, or a reload failed', () => {
  const { retryAt: _, ...given } = { ...crashed, text: 'exited with code 3; gave up after 5 attempts' }
  assert.is(seen({ a: given }).text, 'a: exited with code 3; gave up after 5 attempts')
  assert.is(seen({ a: { ...given, status: 'waiting', text: 'starting' } }).text, 'a: exited with code 3')
  const failed = seen({ a: { ...well, failed: 'Pod "web" did not come up' } })
  assert.equal([failed.status, failed.text, failed.cause], ['error', 'a: Pod "web" did not come up', undefined])
})

test('statusOf() takes a pod that sleeps for well, and says where it does', () => {
  const { status, text, asleepSince } = seen({ a: asleep })
  assert.equal([status, text, asleepSince], ['idle', 'asleep on a', inTime(-60_000)])
  const half = seen({ a: well, b: asleep })
  assert.equal([half.status, half.text, half.asleepSince], ['up', 'on a (1); asleep on b', undefined])
  // One whose host has not done the last start yet does not sleep.
  assert.is(seen({ a: asleep }, { turn: 2 }).status, 'waiting')
  assert.is(seen({ a: asleep }, { want: 'idle' }).asleepSince, undefined)
})

test('statusOf() wants as many runs of a worker as its queues do, and of any other pod what was asked for', () => {
  const worker = { ...well, isEnough: true }
  assert.is(seen({ a: { ...worker, scale: 3 }, b: { ...worker, scale: 2 } }).scale, 5)
  assert.is(seen({ a: { ...worker, scale: 3 }, b: worker }).scale, 3)
  assert.is(seen({ a: well, b: well }).scale, 2)
  assert.equal(seen({ a: well }, { isExclusive: true }).config, { exclusive: true })
})

test('statusOf() tells since when runs are up', () => {
  assert.equal(seen({ a: well }).runs, [
    { restarts: 0, id: 'a.web.1', upAt: inTime(-1000), uptimeMs: 1000, version: 1 },
  ])
})

test.run()

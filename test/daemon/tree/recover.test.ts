// What a host makes of the records an earlier one left, with processes that are not there at all: a fake tells who
// lives and keeps what was signalled. Not here: real processes (e2e/adoption.test.ts).
import { writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Desired, specOf } from '../../../daemon/store/desired.ts'
import { type RunRecord, writeRecord } from '../../../daemon/store/run-record.ts'
import { runPaths } from '../../../daemon/system/paths.ts'
import { recoverPod } from '../../../daemon/tree/recover.ts'
import { PodSupervisor } from '../../../daemon/tree/supervisor.ts'
import { desired, image, nowMs, type PodWorld, podWorld } from '../pod/pod-world.ts'

const live = (number: number, more: Partial<RunRecord> = {}): RunRecord => ({
  v: 1,
  id: `web.${number}`,
  slot: 0,
  spec: specOf(desired),
  version: 1,
  failures: 0,
  restarts: 0,
  ticket: `ticket-${number}`,
  boot: 'this-boot',
  state: 'up',
  pid: 100 + number,
  startTime: 'start',
  startedAt: new Date(nowMs - 60_000).toISOString(),
  upAt: new Date(nowMs - 50_000).toISOString(),
  ...more,
})

/** A record that a process never got a pid in. */
function pidless(number: number, more: Partial<RunRecord> = {}): RunRecord {
  const { pid: _pid, startTime: _startTime, upAt: _upAt, ...record } = live(number, { state: 'spawning', ...more })
  return record
}

async function recovered(
  { needs }: PodWorld,
  records: Record<number, RunRecord>,
  want: Desired = desired,
): Promise<PodSupervisor> {
  const paths = needs.paths.pod('web')
  for (const [number, record] of Object.entries(records)) await writeRecord(paths, Number(number), record)
  const pod = new PodSupervisor('web', needs, { lastNumber: Math.max(0, ...Object.keys(records).map(Number)) })
  pod.putInForce(want, { image })
  await recoverPod(pod, needs)
  return pod
}

for (const state of ['starting', 'up', 'stopping'] as const) {
  test(`a run that was ${state} is ${state} again, with its process, ticket, counts and times`, async () => {
    using at = podWorld()
    at.alive.set(101, 'start')
    const record = live(1, { state, restarts: 4, failures: 2 })
    if (state !== 'up') delete (record as Partial<RunRecord>).upAt
    const pod = await recovered(at, { 1: record })
    const slot = pod.slots.get(0)
    assert.is(slot?.at, state)
    const run = pod.runs.get(1)
    assert.equal(
      [run?.ticket, run?.identity, run?.ref.restarts, run?.ref.failures],
      ['ticket-1', { pid: 101, startTime: 'start' }, 4, 2],
    )
    if (slot?.at === 'up') assert.is(slot.sinceMs, 1_000_000 - 50_000, 'its uptime counts on')
    await pod.reconcile()
    assert.equal([at.spawned, at.signals], [[], []])
    pod.detach()
  })
}

test('a run without a recorded pid is waited for, and not started again', async () => {
  using at = podWorld()
  const pod = await recovered(at, { 1: pidless(1) })
  assert.is(pod.slots.get(0)?.at, 'awaited')
  await pod.reconcile()
  assert.equal(at.spawned, [])
  pod.detach()
})

test('records of another boot are lost, and their pids are nobody we know', async () => {
  using at = podWorld()
  at.alive.set(101, 'start')
  const pod = await recovered(at, { 1: live(1, { boot: 'another-boot' }) })
  assert.equal([pod.slots.size, pod.runs.size, at.signals], [0, 0, []])
  const record = at.recordOf(1)
  assert.equal([record.state, record.end?.reason, record.end?.message], ['lost', 'lost', 'the machine went down'])
  pod.detach()
})

test('a run that ended well and is wanted still is begun anew; one that failed waits on with its count', async () => {
  using at = podWorld()
  const end = { code: 1, signal: null, reason: 'exited' } as const
  const pod = await recovered(at, {
    1: live(1, {
      state: 'ended',
      endedAt: new Date(nowMs - 1000).toISOString(),
      upAt: new Date(nowMs - 1100).toISOString(),
      failures: 2,
      restarts: 2,
      end,
    }),
  })
  const slot = pod.slots.get(0)
  assert.is(slot?.at, 'backoff')
  if (slot?.at === 'backoff') assert.equal([slot.failures, slot.last.restarts], [3, 2])
  pod.detach()
})

test('a pod in error waits for the rest of the time to its next attempt, and knows why the last one ended', async () => {
  using at = podWorld()
  const end = { code: 1, signal: null, reason: 'exited' } as const
  const endedAt = new Date(nowMs - 20_000).toISOString()
  const times = { upAt: endedAt, endedAt, retryAt: new Date(nowMs + 5000).toISOString() }
  const pod = await recovered(at, { 7: live(7, { state: 'ended', ...times, failures: 12, end }) })
  assert.is(pod.state, 'error')
  const { retryAt, cause, text } = pod.keeping.status({ path: '', seams: at.needs })
  assert.equal([retryAt, cause?.run], [times.retryAt, 'web.7'])
  assert.is(text, 'exited with code 1; 13 attempts failed, next in 5.0 s')
  pod.detach()
})

test('an attempt that is under way knows the one before it after its host has died', async () => {
  using at = podWorld()
  const after = { number: 6, end: { code: 1, signal: null, reason: 'fault', message: 'Error: no database' } } as const
  at.alive.set(107, 'start')
  const pod = await recovered(at, { 7: live(7, { state: 'starting', failures: 6, after }) })
  const { status, cause, text } = pod.keeping.status({ path: '', seams: at.needs })
  assert.equal([status, cause?.run], ['error', 'web.6'])
  assert.is(text, 'Error: no database; 6 attempts failed, the next is under way')
  pod.detach()
})

test('a pod that was given up is given up still', async () => {
  using at = podWorld()
  const end = { code: 1, signal: null, reason: 'exited' } as const
  const pod = await recovered(at, {
    7: live(7, {
      state: 'ended',
      endedAt: new Date(nowMs).toISOString(),
      upAt: new Date(nowMs).toISOString(),
      end: { ...end, outlook: 'none' },
    }),
  })
  assert.is(pod.slots.get(0)?.at, 'failed')
  assert.is(pod.state, 'error')
  await pod.reconcile()
  assert.equal(at.spawned, [])
  pod.detach()
})

test('what ended and is not wanted any more is forgotten', async () => {
  using at = podWorld()
  const end = { code: 1, signal: null, reason: 'exited' } as const
  const pod = await recovered(at, { 1: live(1, { state: 'ended', end }) }, { ...desired, want: 'idle' })
  assert.equal([pod.slots.size, pod.state], [0, 'idle'])
  pod.detach()
})

test('of what is in a slot beside the newest record, only what is gone is closed', async () => {
  using at = podWorld()
  at.alive.set(101, 'start').set(102, 'somebody else').set(103, 'start')
  const pod = await recovered(at, { 1: live(1), 2: live(2), 3: live(3) })
  assert.equal([...pod.runs.keys()].sort(), [1, 3])
  assert.equal([pod.slots.get(0)?.at, pod.runs.get(3)?.ref.number], ['up', 3])
  assert.is(at.recordOf(2).state, 'lost')
  assert.equal(at.signals, [], 'the one that lives finishes what it has')
  pod.detach()
})

test('a run that stayed since a reload failed stays under the next host, whatever can be read of its pod', async () => {
  using at = podWorld()
  at.alive.set(101, 'start')
  const end = { code: null, signal: null, reason: 'spawn_failed', message: 'no' } as const
  const records = { 1: live(1), 2: live(2, { spec: 'next', state: 'ended', end }) }
  for (const isRead of [true, false]) {
    const paths = at.needs.paths.pod('web')
    for (const [number, record] of Object.entries(records)) await writeRecord(paths, Number(number), record)
    const pod = new PodSupervisor('web', at.needs, { lastNumber: 2 })
    if (isRead) pod.putInForce(desired, { image })
    await recoverPod(pod, at.needs)
    const slot = pod.slots.get(0)
    assert.ok(slot?.at === 'up' && slot.run.number === 1)
    await pod.reconcile()
    assert.equal([at.signals, at.spawned], [[], []])
    pod.detach()
  }
})

test('each slot has its own newest record', async () => {
  using at = podWorld()
  for (const pid of [101, 102, 103]) at.alive.set(pid, 'start')
  const pod = await recovered(
    at,
    { 1: live(1, { slot: 0 }), 2: live(2, { slot: 1 }), 3: live(3, { slot: 2 }) },
    { ...desired, scale: 3 },
  )
  assert.equal(
    [...pod.slots].sort().map(([slot, { at }]) => [slot, at]),
    [
      [0, 'up'],
      [1, 'up'],
      [2, 'up'],
    ],
  )
  assert.equal(at.signals, [])
  pod.detach()
})

test('a broken record is told and stops nothing', async () => {
  using at = podWorld()
  at.alive.set(101, 'start')
  writeFileSync(runPaths(at.needs.paths.pod('web'), 2).record, '{"v":1,')
  const pod = await recovered(at, { 1: live(1) })
  assert.is(pod.slots.get(0)?.at, 'up')
  assert.ok(at.told.some(message => message.includes('2.json')))
  pod.detach()
})

test('a pid that somebody else has now is the end of the run, and is not signalled', async () => {
  using at = podWorld()
  at.alive.set(101, 'somebody else')
  const pod = await recovered(at, { 1: live(1, { state: 'stopping', why: 'stopped' }) }, { ...desired, want: 'idle' })
  await pod.until(() => !pod.hasRuns)
  assert.equal([at.signals, at.recordOf(1).state], [[], 'ended'])
  pod.detach()
})

test.run()

// What becomes of the records that an earlier host left. walk.test.ts covers the hosts that die anywhere.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { decide } from '../../../daemon/lifecycle/decide.ts'
import { type Recorded, restored, restoredLeaving, verdictsOn } from '../../../daemon/lifecycle/restored.ts'
import type { RunRef, World } from '../../../daemon/lifecycle/slot.ts'
import { rest } from '../../../daemon/lifecycle/steps.ts'
import { policyOf } from '../../../protocol/policy.ts'

const run: RunRef = { number: 7, spec: 'a', failures: 0, restarts: 0 }
const of = { run, slot: 0, isSameBoot: true, upForMs: 0 }
const live = (more: Partial<Recorded> = {}) => ({ ...of, state: 'up', hasProcess: true, ...more }) as Recorded
const over = (more: Partial<Recorded> = {}) =>
  ({ ...of, state: 'ended', end: { code: 1, signal: null, reason: 'exited' }, ...more }) as Recorded

const world: World = {
  wanted: true,
  spec: 'a',
  hasCode: true,
  policy: policyOf({}),
  nowMs: 100_000,
  nextNumber: 8,
  jitter: 0,
  adoptMs: 10_000,
}

test('verdictsOn() lets the newest record of each slot count, and ends what is gone beside it', () => {
  const other = { slot: 1 }
  const gone = live({ isGone: true })
  assert.equal(verdictsOn([live(), gone, over(), live(other), over(other)]), [
    'adopted',
    'stale',
    'past',
    'adopted',
    'past',
  ])
  assert.equal(verdictsOn([over(), gone]), ['counts', 'stale'])
  assert.equal(verdictsOn([live({ isGone: true }), gone]), ['adopted', 'stale'], 'its end is still to be heard of')
})

test('verdictsOn() takes up what lives beside the newest record, also where no reload is under way any more', () => {
  assert.equal(verdictsOn([over(), live()]), ['past', 'adopted'], 'a reload has failed, and all is as it was')
  assert.equal(verdictsOn([over(), over(), live()]), ['past', 'past', 'adopted'])
  assert.equal(verdictsOn([live({ state: 'starting' }), live()]), ['coming', 'adopted'], 'one that is over a limit')
  assert.equal(verdictsOn([live(), live()]), ['adopted', 'leaving'])
  assert.equal(verdictsOn([live({ state: 'starting' }), live({ isGone: true }), live()]), [
    'coming',
    'stale',
    'adopted',
  ])
})

test('verdictsOn() takes up both runs of a slot that was being reloaded, each where it was', () => {
  const reloading = { isReloading: true }
  const judged = (...records: Recorded[]) => verdictsOn(records, reloading)
  assert.equal(judged(live({ state: 'starting' }), live()), ['coming', 'adopted'])
  assert.equal(judged(live({ state: 'spawning', hasProcess: false }), live(), over()), ['coming', 'adopted', 'past'])
  assert.equal(judged(live(), live()), ['adopted', 'leaving'], 'it was not noted yet that the older one leaves')
  assert.equal(judged(live(), live({ state: 'stopping', isDraining: true })), ['adopted', 'leaving'])
  assert.equal(judged(live({ state: 'stopping' }), live()), ['coming', 'adopted'], 'the newer one did not come up')
  assert.equal(judged(over(), live()), ['past', 'adopted'], 'the newer one did not come up')
  assert.equal(judged(over(), live({ state: 'stopping' })), ['counts', 'leaving'], 'the newer one had been up')
  assert.equal(judged(live(), live(), live()), ['adopted', 'leaving', 'stale'])
  assert.equal(judged(live({ isSameBoot: false }), live({ isSameBoot: false })), ['lost', 'lost'])
})

test('verdictsOn() lets the newest end count that was begun with what is wanted: a reload that failed changes nothing', () => {
  const other = () => over({ run: { ...run, spec: 'b' } })
  const [failed, waits, old] = [other(), over(), over()]
  assert.equal(verdictsOn([failed, waits, old], { spec: 'a' }), ['past', 'counts', 'past'])
  assert.equal(verdictsOn([failed, other(), waits], { spec: 'a', isReloading: true }), ['past', 'past', 'counts'])
  assert.equal(verdictsOn([waits, failed], { spec: 'b' }), ['past', 'counts'], 'one that was reloaded to, and failed')
  assert.equal(verdictsOn([failed, other()], { spec: 'a' }), ['counts', 'past'])
  assert.equal(verdictsOn([failed, live()], { spec: 'a' }), ['past', 'adopted'])
  assert.equal(verdictsOn([failed, live({ isSameBoot: false }), waits], { spec: 'a' }), ['counts', 'lost', 'past'])
})

test('verdictsOn() still hears of the end of a run beside which a reload has failed, where that could not be saved', () => {
  const failed = over({ run: { ...run, spec: 'b' } })
  const gone = live({ isGone: true })
  assert.equal(verdictsOn([failed, gone], { spec: 'a' }), ['past', 'adopted'])
  assert.equal(verdictsOn([failed, failed, gone, over()], { spec: 'a' }), ['past', 'past', 'adopted', 'past'])
  assert.equal(verdictsOn([failed, gone], { spec: 'b' }), ['counts', 'stale'], 'it was begun in its place')
  assert.equal(verdictsOn([over(), gone], { spec: 'a' }), ['counts', 'stale'])
  assert.equal(verdictsOn([failed, over(), gone], { spec: 'a' }), ['past', 'counts', 'stale'])
})

test('restoredLeaving() lets one that was up finish what it has', () => {
  const slot = restoredLeaving(live({ upForMs: 5000 }), world)
  assert.equal(slot, { at: 'draining', run, sinceMs: 95_000, dueMs: 140_000, check: rest(world) })
  const was = restoredLeaving(live({ state: 'stopping', isDraining: true }), world)
  assert.is(was.at, 'draining')
  const kept = restoredLeaving(live({ isKept: true }), world)
  assert.ok(kept.at === 'draining' && kept.dueMs === 130_000, 'it says no hello')
  assert.is(restoredLeaving(live({ state: 'starting' }), world).at, 'starting')
})

test('verdictsOn() loses what lived in another boot of the machine, and lets nothing older count in its slot', () => {
  assert.equal(verdictsOn([live({ isSameBoot: false }), over()]), ['lost', 'past'])
  assert.equal(verdictsOn([over({ isSameBoot: false })]), ['counts'])
})

test('restored() waits for a process that was about to be, and takes up one that is known where it was', () => {
  assert.equal(restored(live({ state: 'spawning', hasProcess: false }), world), { at: 'awaited', run, dueMs: 110_000 })
  assert.is(restored(live({ state: 'starting' }), world).at, 'starting')
  const up = restored(live({ upForMs: 5000 }), world)
  assert.ok(up.at === 'up' && up.sinceMs === 95_000)
})

test('restored() gives what is to be asked its time from when it says hello: an earlier host may never have asked it', () => {
  const later = { ...world, nowMs: 109_000 }
  const hello = { type: 'hello', state: 'up' } as const
  const draining = restored(live({ state: 'stopping', isDraining: true }), world)
  const [drained, [, drain]] = decide(draining, hello, later)
  assert.ok(drained.at === 'draining' && drained.dueMs === 139_000)
  assert.ok(drain?.do === 'drain' && drain.timeoutMs === 30_000)
  const [again] = decide(drained, hello, { ...later, nowMs: 119_000 })
  assert.ok(again.at === 'draining' && again.dueMs === 139_000, 'no second hello gives it more')
  const stopping = restored(live({ state: 'stopping' }), world)
  const [cleaning, [, cleanup]] = decide(stopping, hello, later)
  assert.ok(cleaning.at === 'stopping' && cleaning.dueMs === 119_000)
  assert.is(cleanup?.do, 'cleanup')
  const kept = restored(live({ state: 'stopping', isKept: true }), world)
  assert.ok(kept.at === 'stopping' && kept.dueMs === 110_000)
})

test('restored() goes on with a stop: by its cleanup where a person asked for it, else by SIGKILL at once', () => {
  const asked = restored(live({ state: 'stopping', why: 'stopped' }), world)
  assert.ok(asked.at === 'stopping' && asked.phase === 'cleanup')
  const unhealthy = restored(live({ state: 'stopping', why: 'unhealthy' }), world)
  assert.ok(unhealthy.at === 'stopping' && unhealthy.phase === 'kill' && unhealthy.dueMs === 100_000)
})

test('restored() begins nothing: a start that was due is due at once, with its counts', () => {
  const due = restored(over(), world)
  assert.ok(due.at === 'backoff' && due.retryAtMs === 100_000 && due.failures === 1)
  const failed = restored(over({ run: { ...run, failures: 4 } }), { ...world, policy: policyOf({ giveUp: 'after 5' }) })
  assert.is(failed.at, 'failed')
  assert.is(restored(over(), { ...world, wanted: false }).at, 'vacant')
  assert.is(restored(over({ end: undefined }), world).at, 'vacant')
})

test('restored() makes the next attempt when it was due, at most as late as if the last had ended now, and at once after a reboot', () => {
  const dueMs = (left: { retryInMs?: number; isSameBoot?: boolean }) => {
    const slot = restored(over({ run: { ...run, failures: 6 }, ...left }), world)
    return slot.at === 'backoff' && [slot.failures, slot.retryAtMs - world.nowMs]
  }
  assert.equal(dueMs({ retryInMs: 3000 }), [7, 3000])
  assert.equal(dueMs({ retryInMs: 3_600_000 }), [7, 8000], 'the clock was set back')
  assert.equal(dueMs({}), [7, 8000], 'its record does not say')
  assert.equal(dueMs({ retryInMs: 3000, isSameBoot: false }), [7, 0])
})

test.run()

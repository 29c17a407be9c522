import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { growthOf, type Runs } from '../../../pods/queue/growth.ts'

const policy = { min: 0, max: 5, growAt: 2, shrinkAfterMs: 60_000 }
const nowMs = 100_000
const runs = (...items: number[]): Runs => ({
  scale: items.length,
  busy: items.map((n, slot) => ({ slot, items: n, idleSinceMs: nowMs })),
})
const idle = (...agoMs: number[]): Runs => ({
  scale: agoMs.length,
  busy: agoMs.map((ago, slot) => ({ slot, items: 0, idleSinceMs: nowMs - ago })),
})
const wanted = (waiting: number, now: Runs, over: Partial<typeof policy> = {}, isPaused = false) =>
  growthOf({ waiting, running: 0, isPaused }, now, { policy: { ...policy, ...over }, nowMs }).wanted

test('growthOf() has a run for each so many that wait, at once, and at most so many', () => {
  assert.is(wanted(0, runs()), 0)
  assert.is(wanted(1, runs()), 1)
  assert.is(wanted(7, runs(1, 1)), 4)
  assert.is(wanted(1000, runs(1, 1)), 5)
  assert.is(wanted(0, runs(), { min: 2 }), 2)
  assert.is(wanted(7, runs(), {}, true), 0)
})

test('growthOf() takes away the highest slots once they have had nothing to do for long enough', () => {
  assert.is(wanted(0, runs(1, 0, 0)), 3)
  assert.is(wanted(0, idle(0, 70_000, 70_000)), 1)
  assert.is(wanted(0, idle(70_000, 0, 70_000)), 2)
  assert.is(wanted(0, idle(70_000, 70_000)), 0)
  assert.is(wanted(0, idle(70_000, 70_000), { min: 1 }), 1)
  assert.is(wanted(3, idle(70_000, 70_000, 70_000)), 2)
  assert.is(wanted(0, { scale: 3, busy: idle(70_000).busy }), 3)
})

test('growthOf() never leaves its bounds, and never ends a run that has items', () => {
  for (let waiting = 0; waiting < 30; waiting += 3)
    for (let min = 0; min < 3; min++)
      for (let mask = 0; mask < 32; mask++) {
        const busy = Array.from({ length: 5 }, (_, slot) => ({ slot, items: (mask >> slot) & 1, idleSinceMs: 0 }))
        const n = wanted(waiting, { scale: 5, busy }, { min })
        const highest = Math.max(0, ...busy.map(run => (run.items > 0 ? run.slot + 1 : 0)))
        assert.ok(n >= min && n <= 5 && n >= highest, JSON.stringify({ waiting, min, mask, n }))
        assert.ok(n >= Math.min(5, Math.ceil(waiting / 2)))
      }
})

test('growthOf() explains itself in a line, and says when to look again', () => {
  const why = (waiting: number, now: Runs, over = {}) =>
    growthOf({ waiting, running: 0, isPaused: false }, now, { policy: { ...policy, ...over }, nowMs })
  assert.is(why(7, runs(1, 1)).why, '7 waiting, 2 runs, growAt 2: 4 runs wanted')
  assert.is(why(99, runs(1)).why, '99 waiting, 1 run, growAt 2: 5 runs wanted (max 5)')
  assert.is(
    why(0, idle(70_000)).why,
    '0 waiting, 1 run, growAt 2: 0 runs wanted, the others had nothing to do for 60 s',
  )
  assert.is(why(0, idle(10_000)).lookAtMs, nowMs + 50_000)
  assert.is(why(0, idle(10_000), { min: 1 }).lookAtMs, undefined)
  const paused = growthOf({ waiting: 3, running: 0, isPaused: true }, runs(), { policy, nowMs })
  assert.match(paused.why, /^paused, 3 waiting, 0 runs, growAt 2: 0 runs wanted/)
})

test.run()

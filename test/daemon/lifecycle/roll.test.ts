import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { rollOn } from '../../../daemon/lifecycle/roll.ts'
import type { Seat } from '../../../daemon/lifecycle/seat.ts'
import type { RunRef, Slot } from '../../../daemon/lifecycle/slot.ts'

const run = (spec: string): RunRef => ({ number: 1, spec, failures: 0, restarts: 0 })
const up = (spec: string): Slot => ({
  at: 'up',
  run: run(spec),
  sinceMs: 0,
  check: { at: 'resting', dueMs: 0, missed: 0 },
})
const old: Seat = { main: up('a') }
const busy: Seat = { main: up('a'), coming: { at: 'booting', run: run('b'), sinceMs: 0 } }
const check = { at: 'resting', dueMs: 0, missed: 0 } as const
const draining: Seat = { main: up('b'), leaving: { at: 'draining', run: run('a'), sinceMs: 0, dueMs: 0, check } }
const reloaded: Seat = { main: up('b') }

test('rollOn() begins in the first slots that are behind, as many at a time as it may', () => {
  assert.equal(rollOn([old, old, old], { to: 'b', width: 1 }), { begin: [0], isDone: false })
  assert.equal(rollOn([reloaded, old, old], { to: 'b', width: 2 }), { begin: [1, 2], isDone: false })
})

test('rollOn() waits while a run comes or leaves', () => {
  assert.equal(rollOn([busy, old], { to: 'b', width: 1 }), { begin: [], isDone: false })
  assert.equal(rollOn([draining, old], { to: 'b', width: 1 }), { begin: [], isDone: false })
  assert.equal(rollOn([draining, old], { to: 'b', width: 2 }), { begin: [1], isDone: false })
})

test('rollOn() is done once all slots have it and nothing is left beside them', () => {
  assert.equal(rollOn([reloaded, draining], { to: 'b', width: 1 }), { begin: [], isDone: false })
  assert.equal(rollOn([reloaded, reloaded], { to: 'b', width: 1 }), { begin: [], isDone: true })
  assert.equal(rollOn([], { to: 'b', width: 1 }), { begin: [], isDone: true })
})

test('rollOn() gives a slot that has no run one of the new spec too', () => {
  const backoff: Slot = {
    at: 'backoff',
    last: run('a'),
    failures: 1,
    retryAtMs: 0,
    end: { code: 1, signal: null, reason: 'exited' },
  }
  assert.equal(rollOn([{ main: backoff }, { main: { at: 'vacant' } }], { to: 'b', width: 2 }).begin, [0, 1])
})

test.run()

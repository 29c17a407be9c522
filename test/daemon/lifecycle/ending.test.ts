// What is told of runs whose end is worked out. Not here: which runs these are (daemon/pod/slots.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { endingIn, endingOf, toldBeside, toldSlots } from '../../../daemon/lifecycle/ending.ts'
import type { RunRef, Slot } from '../../../daemon/lifecycle/slot.ts'

const runOf = (number: number): RunRef => ({ number, spec: 'one', failures: 0, restarts: 0 })
const up = (number: number): Slot => ({
  at: 'up',
  run: runOf(number),
  sinceMs: 5,
  check: { at: 'resting', dueMs: 9, missed: 0 },
})
const draining: Slot = {
  at: 'draining',
  run: runOf(1),
  sinceMs: 5,
  dueMs: 9,
  check: { at: 'resting', dueMs: 9, missed: 0 },
}
const starting = (number: number): Slot => ({ at: 'starting', run: runOf(number), sinceMs: 5, askMs: 9 })

test('endingIn() tells a run that was up as stopping, and any other as it is', () => {
  assert.is(endingIn(0, 'main', up(1)).slot.at, 'stopping')
  assert.is(endingIn(0, 'main', draining).slot.at, 'stopping')
  assert.equal(endingIn(0, 'main', starting(1)), { number: 0, lane: 'main', slot: starting(1) })
})

test('endingOf() finds the lane of the run, and nothing where no slot has it any more', () => {
  const seat = { main: up(2), leaving: up(1) }
  assert.is(endingOf(3, seat, 1)?.lane, 'leaving')
  assert.is(endingOf(3, seat, 2)?.lane, 'main')
  assert.is(endingOf(3, seat, 7), undefined)
})

test('toldSlots() and toldBeside() put each ending into its lane, and change nothing of what they were given', () => {
  const slots = new Map([
    [0, up(1)],
    [1, up(2)],
  ])
  const beside = new Map([[1, { coming: starting(4) }]])
  const endings = [endingIn(1, 'main', up(2)), endingIn(0, 'leaving', up(3))]
  assert.equal(
    [...toldSlots(slots, endings)].map(([number, { at }]) => [number, at]),
    [
      [0, 'up'],
      [1, 'stopping'],
    ],
  )
  const told = toldBeside(beside, endings)
  assert.equal([told.get(1)?.coming?.at, told.get(0)?.leaving?.at], ['starting', 'stopping'])
  assert.equal([slots.get(1)?.at, beside.size], ['up', 1])
  assert.is(toldSlots(slots, []), slots)
  assert.is(toldBeside(beside, []), beside)
})

test.run()

// How far a reload has come. Not here: which slots are next (lifecycle/roll.test.ts), and runs (slots.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Seat } from '../../../daemon/lifecycle/seat.ts'
import type { End } from '../../../daemon/lifecycle/slot.ts'
import type { InForce } from '../../../daemon/pod/in-force.ts'
import { type ReloadOutcome, Rolling } from '../../../daemon/pod/rolling.ts'

const seat = (spec: string): Seat => ({
  main: {
    at: 'up',
    run: { number: 1, spec, failures: 0, restarts: 0 },
    sinceMs: 0,
    check: { at: 'resting', dueMs: 0, missed: 0 },
  },
})
const end: End = { code: 1, signal: null, reason: 'exited' }

/** A pod that goes from a to b. */
function rolling() {
  const outcomes: ReloadOutcome[] = []
  const pod = { isReloading: true, generation: 7, isBack: false }
  const inForce = () => {
    const { isReloading, generation, isBack } = pod
    const reload = { next: { spec: 'b' }, width: 1, isBack }
    return { spec: 'a', desired: isReloading ? { reload: { generation, isBack } } : {}, ...(isReloading && { reload }) }
  }
  const owner = {
    inForce: () => inForce() as unknown as InForce,
    onReload: (outcome: ReloadOutcome) => void outcomes.push(outcome),
  }
  return { pod, outcomes, rolling: new Rolling(owner) }
}

test('Rolling begins nothing where no reload is under way', () => {
  const { pod, outcomes, rolling: it } = rolling()
  pod.isReloading = false
  it.onFailed(end)
  assert.equal([it.next([seat('a')]), outcomes], [[], []])
})

test('Rolling goes from slot to slot, and tells once all are as it leads to', () => {
  const { outcomes, rolling: it } = rolling()
  assert.equal([it.next([seat('a'), seat('a')]), it.next([seat('b'), seat('a')])], [[0], [1]])
  assert.equal(outcomes, [])
  assert.equal([it.next([seat('b'), seat('b')]), outcomes], [[], [{ of: 7, wasBack: false }]])
})

test('Rolling begins nothing more where a run did not come up, goes back, and begins anew for another one', () => {
  const { pod, outcomes, rolling: it } = rolling()
  it.onFailed(end)
  assert.equal(outcomes, [{ of: 7, end, wasBack: false }])
  assert.equal(it.next([seat('b'), seat('a')]), [])
  pod.isBack = true
  assert.equal(it.next([seat('b'), seat('a')]), [0], 'the way back')
  Object.assign(pod, { isBack: false, generation: 8 })
  assert.equal(it.next([seat('a'), seat('a')]), [0], 'another one')
})

test.run()

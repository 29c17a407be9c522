import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type After, afterAttempt, type Outcome } from '../../../pods/queue/law.ts'
import { anItem } from './made.ts'

const now = { nowMs: 1000, random: () => 1 }
const error = 'Error: no'

test('afterAttempt() follows its table', () => {
  const rows: [outcome: Outcome, attempt: number, after: After][] = [
    [{ how: 'returned', result: '5' }, 1, { state: 'done', result: '5' }],
    [{ how: 'threw', error }, 1, { state: 'delayed', dueMs: 2000, attempt: 1, error }],
    [{ how: 'threw', error }, 2, { state: 'delayed', dueMs: 3000, attempt: 2, error }],
    [{ how: 'threw', error }, 3, { state: 'dead', error }],
    [{ how: 'late', error }, 1, { state: 'delayed', dueMs: 2000, attempt: 1, error }],
    [{ how: 'late', error }, 3, { state: 'dead', error }],
    [{ how: 'broke', error }, 1, { state: 'waiting', attempt: 1, error }],
    [{ how: 'broke', error }, 3, { state: 'dead', error }],
    [{ how: 'refused', error }, 1, { state: 'dead', error }],
    [{ how: 'canceled', error }, 1, { state: 'canceled', error }],
    [{ how: 'untouched' }, 1, { state: 'waiting', attempt: 0 }],
    [{ how: 'untouched' }, 3, { state: 'waiting', attempt: 2 }],
  ]
  for (const [outcome, attempt, after] of rows)
    assert.equal(afterAttempt(anItem({ attempt }), outcome, now), after, `${outcome.how} ${attempt}`)
})

test('afterAttempt() begins nothing again beyond its deadline, and takes a result that came in time', () => {
  const item = anItem({ deadlineMs: 900 })
  for (const how of ['threw', 'late', 'broke'] as const)
    assert.is(afterAttempt(item, { how, error }, now).state, 'expired', how)
  assert.is(afterAttempt(item, { how: 'untouched' }, now).state, 'expired')
  assert.is(afterAttempt(item, { how: 'returned', result: '1' }, now).state, 'done')
})

test('afterAttempt() waits twice as long each time, at most five minutes, and half of it by chance', () => {
  const due = (attempt: number, random: number) => {
    const after = afterAttempt(
      anItem({ attempt, retries: 100 }),
      { how: 'threw', error },
      { nowMs: 0, random: () => random },
    )
    return after.state === 'delayed' ? after.dueMs : undefined
  }
  assert.equal([due(1, 0), due(1, 1), due(4, 0), due(4, 1)], [500, 1000, 4000, 8000])
  assert.equal([due(50, 0), due(50, 1)], [150_000, 300_000])
})

test.run()

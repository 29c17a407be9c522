// What a run has under way before it is asked to end.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { drained } from '../../shim/drain.ts'

test('drained() looks until nothing is under way', async () => {
  let calls = 3
  await drained(() => calls--, 60_000)
  assert.is(calls, -1)
})

test('drained() does not wait for longer than it may', async () => {
  await drained(() => 1, 30)
  await drained(() => 1, 0)
})

test.run()

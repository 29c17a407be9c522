import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { backoffMs } from '../../../page/wire/backoff.ts'

test('backoffMs() is short at first, and never long', () => {
  assert.equal(
    [1, 2, 3, 9, 5000].map(attempts => backoffMs(attempts, () => 1)),
    [250, 500, 1000, 5000, 5000],
  )
  assert.is(
    backoffMs(1, () => 0),
    188,
  )
})

test.run()

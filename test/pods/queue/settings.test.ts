import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { settingsOf } from '../../../pods/queue/settings.ts'

test('settingsOf() has a default for each, and refuses what it does not know', () => {
  const { keep, maxItemBytes } = settingsOf({ keepDone: '120000', keepDeadItems: '5' })
  assert.equal(keep.ended.done, { forMs: 120_000, mostItems: 1000 })
  assert.equal(keep.ended.dead, { forMs: 30 * 86_400_000, mostItems: 5 })
  assert.is(maxItemBytes, 1_048_576)
  assert.throws(() => settingsOf({ keepdone: '1h' }), /no setting "keepdone"/)
  assert.throws(() => settingsOf({ keepDone: 'long' }), /no time/)
  assert.throws(() => settingsOf({ keepDoneItems: 'many' }), /no whole number/)
})

test.run()

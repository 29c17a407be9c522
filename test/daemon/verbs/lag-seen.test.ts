import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { LagSeen } from '../../../daemon/verbs/lag-seen.ts'

test('LagSeen keeps the worst for each who asks, and forgets those who ask no more', () => {
  const seen = new LagSeen()
  seen.note({ p50: 9, p99: 9 }, 0)
  assert.is(seen.take('metrics', 0), undefined)
  assert.is(seen.take('status', 1000), undefined)
  seen.note({ p50: 0.1, p99: 2 }, 2000)
  seen.note({ p50: 0.2, p99: 1 }, 3000)
  assert.equal(seen.take('metrics', 4000), { p50: 0.2, p99: 2 })
  seen.note({ p50: 0.3, p99: 0.3 }, 302_000)
  assert.is(seen.take('status', 302_000), undefined)
  assert.equal(seen.take('metrics', 303_000), { p50: 0.3, p99: 0.3 })
})

test.run()

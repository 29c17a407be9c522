import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { RateCounts } from '../../../pods/queue/rates.ts'

test('RateCounts tells what came and ended in the last minute, and forgets what is older', () => {
  const rates = new RateCounts()
  assert.equal(rates.of('mail', 0), { added: 0, ended: 0 })
  for (let second = 0; second < 100; second++) rates.count('mail', 'added', second * 1000)
  rates.count('mail', 'ended', 99_500)
  rates.count('mail', 'ended', 99_900)
  assert.equal(rates.of('mail', 99_999), { added: 60, ended: 2 })
  assert.equal(rates.of('mail', 149_000), { added: 10, ended: 2 })
  assert.equal(rates.of('mail', 1_000_000), { added: 0, ended: 0 })
  rates.forget('mail')
  assert.equal(rates.of('mail', 99_999), { added: 0, ended: 0 })
})

test.run()

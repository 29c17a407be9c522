import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { longestHoldMs, retryAfterMs } from '../../../../pods/gateway/acme/retry-after.ts'

test('retryAfterMs() reads seconds and dates, and believes neither for ever', () => {
  const now = Date.parse('Sun, 29 Nov 2026 10:00:00 GMT')
  assert.is(retryAfterMs('120', now), 120_000)
  assert.is(retryAfterMs('Sun, 29 Nov 2026 10:01:00 GMT', now), 60_000)
  assert.is(retryAfterMs('999999999', now), longestHoldMs)
  for (const nothing of [undefined, '', 'soon', '0', '-5', 'Sun, 29 Nov 2026 09:00:00 GMT'])
    assert.is(retryAfterMs(nothing, now), undefined, String(nothing))
})

test.run()

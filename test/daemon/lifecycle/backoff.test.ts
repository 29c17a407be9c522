// The delays between attempts.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { retryDelayMs, roomDelayMs, slowDelayMs } from '../../../daemon/lifecycle/backoff.ts'

const delays = { retryDelayMs, roomDelayMs, slowDelayMs }
const ranges = { retryDelayMs: [250, 300_000], roomDelayMs: [250, 30_000], slowDelayMs: [22_500, 300_000] } as const

for (const name of ['retryDelayMs', 'roomDelayMs', 'slowDelayMs'] as const) {
  const [leastMs, mostMs] = ranges[name]

  test(`${name}() doubles to its most and stays within its bounds whatever the jitter`, () => {
    for (let failures = 2; failures < 2000; failures++) {
      const whole = delays[name](failures, 0)
      assert.is(whole, Math.min(2 * Math.max(delays[name](failures - 1, 0), name === 'slowDelayMs' ? 0 : 125), mostMs))
      for (const jitter of [0.5, 1]) {
        const delay = delays[name](failures, jitter)
        assert.ok(delay >= leastMs && delay <= whole, `${failures} failures: ${delay}`)
      }
    }
  })
}

test('retryDelayMs() and roomDelayMs() make the attempt after a first failure at once', () => {
  assert.equal([retryDelayMs(1, 0.5), roomDelayMs(1, 0.5), slowDelayMs(1, 0)], [0, 0, 30_000])
})

test.run()

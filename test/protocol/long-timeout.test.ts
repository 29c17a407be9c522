import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { longDelay, longTimeout } from '../../protocol/long-timeout.ts'

const longestMs = 10

test('longTimeout() waits longer than may be waited at once', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const begun = performance.now()
  longTimeout(resolve, 55, { longestMs })
  await promise
  const took = performance.now() - begun
  assert.ok(took >= 54, `${took} ms`)
})

test('longTimeout() takes a month, a century, and all that a number can be, without coming at once', async () => {
  const timers = [30 * 86_400_000, 100 * 365 * 86_400_000, Number.MAX_SAFE_INTEGER, 1e300].map(ms =>
    longTimeout(() => assert.unreachable(`${ms} ms are over`), ms),
  )
  const { promise, resolve } = Promise.withResolvers<void>()
  setTimeout(resolve, 30)
  await promise
  for (const timer of timers) clearTimeout(timer)
})

test('longTimeout() is cleared in a later round as in the first', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = longTimeout(() => assert.unreachable('it was cleared'), 60, { longestMs })
  setTimeout(() => clearTimeout(timer), 35)
  setTimeout(resolve, 90)
  await promise
})

test('longTimeout() that is refreshed waits its whole time again', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const begun = performance.now()
  const timer = longTimeout(resolve, 60, { longestMs })
  setTimeout(() => timer.refresh(), 40)
  await promise
  const took = performance.now() - begun
  assert.ok(took >= 98, `${took} ms`)
})

test('longDelay() ends with its signal, and leaves nothing on it', async () => {
  const ending = new AbortController()
  setTimeout(() => ending.abort(), 5)
  await longDelay(30 * 86_400_000, { signal: ending.signal })
  await longDelay(30 * 86_400_000, { signal: ending.signal })
})

test.run()

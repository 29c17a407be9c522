import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock, timeText } from '../../../daemon/system/clock.ts'

test('timeText() is the time on the wall, as records have it', () => {
  assert.is(timeText({ nowMs: () => 0, wallMs: () => 1_763_632_800_000 }), '2025-11-20T10:00:00.000Z')
})

test('systemClock has a time that never goes back, and that on the wall', () => {
  const beforeMs = systemClock.nowMs()
  assert.ok(systemClock.nowMs() >= beforeMs)
  assert.ok(Math.abs(systemClock.wallMs() - Date.now()) < 60_000)
})

test.run()

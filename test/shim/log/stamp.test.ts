// The time of a log line. Not here: a wall clock that is set back, which log readers live with.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { stamp } from '../../../shim/log/stamp.ts'

test('stamp() is a time of log lines, as it is now', () => {
  const before = Date.now()
  const time = stamp()
  const after = Date.now()
  assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/)
  const ms = Date.parse(`${time.slice(0, 23)}Z`)
  assert.ok(ms >= before && ms <= after, time)
})

test('stamp() never goes back while the clock does not', () => {
  let last = stamp()
  let [backs, same, lastMs] = [0, 0, Date.now()]
  for (let turn = 0; turn < 200_000; turn++) {
    const time = stamp()
    const ms = Date.now()
    if (ms < lastMs) last = '' // Somebody set the clock.
    if (time < last) backs++
    if (time === last) same++
    ;[last, lastMs] = [time, ms]
  }
  assert.is(backs, 0)
  assert.ok(same < 100_000, 'most lines have a time of their own')
})

test('stamp() knows where in a millisecond it is, so that lines of several processes are in order', () => {
  // The first stamp in a millisecond, asked for when most of that millisecond is over.
  for (let attempt = 0; attempt < 200; attempt++) {
    const edge = Date.now()
    while (Date.now() === edge);
    const [ms, at] = [Date.now(), performance.now()]
    while (performance.now() - at < 0.6);
    const time = stamp()
    if (Date.now() !== ms) continue // We were interrupted: this says nothing.
    assert.ok(Number(time.slice(23, 29)) > 300_000, `${time} is more than half a millisecond late`)
    return
  }
})

/** By how much a stamp is ahead of the fine clock: at least, and at most. */
function aheadMs(): { least: number; most: number } {
  const before = performance.now()
  const time = stamp()
  const after = performance.now()
  const ms = Date.parse(`${time.slice(0, 23)}Z`) + Number(time.slice(23, 29)) / 1e6
  return { least: ms - after - 0.001, most: ms - before + 0.001 }
}

test('stamp() takes no interruption between both clocks for a clock that was set', () => {
  const [{ now: fine }, { now: wall }] = [performance, Date]
  let awayMs = 0
  const later = () => wall() + awayMs
  const nextMs = () => {
    for (const ms = later(); later() === ms; );
  }
  stamp()
  try {
    performance.now = () => fine.call(performance) + awayMs
    const before = aheadMs()
    nextMs()
    Date.now = () => {
      awayMs += 5
      return later()
    }
    stamp()
    Date.now = later
    // The next one is asked for in the middle of a millisecond.
    nextMs()
    for (const at = performance.now(); performance.now() - at < 0.5; );
    const after = aheadMs()
    assert.ok(before.least <= after.most && after.least <= before.most, JSON.stringify({ before, after }))
  } finally {
    performance.now = fine
    Date.now = wall
    // Until the time has come that was told already.
    for (const at = performance.now(); performance.now() - at < awayMs; );
  }
})

test.run()

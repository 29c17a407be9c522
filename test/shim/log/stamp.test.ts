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

test.run()

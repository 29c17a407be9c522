// A log line made in place. Not here: what its time is (stamp.test.ts), lines of any other form (protocol/cri.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { formatCri, headBytes, maxPartLength } from '../../../protocol/cri.ts'
import { LineBuffer } from '../../../shim/log/line-buffer.ts'
import { stamp } from '../../../shim/log/stamp.ts'

test('fill() makes the same bytes as formatCri(), whatever was in the buffer before', () => {
  const line = new LineBuffer()
  const texts = [
    'one',
    '',
    'x'.repeat(maxPartLength - 1),
    'a',
    'tabs\tand\rreturns',
    'ü',
    '日'.repeat(9_000),
    '🦊',
    '\ud83e',
  ]
  for (const text of texts) {
    for (const stream of ['stdout', 'stderr', 'stdout'] as const) {
      const [before, bytes, after] = [stamp(), line.fill(stream, `${text}\n`), stamp()]
      const made = line.bytes.subarray(0, bytes)
      const time = made.toString('latin1', 0, 30)
      assert.ok(before <= time && time <= after, `${before} ${time} ${after}`)
      assert.ok(made.equals(Buffer.from(formatCri(`${text}\n`, { time, stream }))), text.slice(0, 20))
      assert.is(bytes - headBytes, Buffer.byteLength(`${text}\n`))
    }
  }
})

test('fill() leaves what is not one whole line of one part', () => {
  const line = new LineBuffer()
  for (const text of ['', 'no end', 'two\nlines\n', '\n\n', `${'x'.repeat(maxPartLength)}\n`]) {
    assert.is(line.fill('stdout', text), 0, text.slice(0, 20))
  }
})

test.run()

// A signal that is made when it is asked for.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { LateSignal } from '../../../protocol/channel/late-signal.ts'

test('signal is aborted with the first reason, whether it is asked for before or after', () => {
  const [early, late] = [new LateSignal(), new LateSignal()]
  const { signal } = early
  assert.equal([signal.aborted, early.isAborted, early.reason], [false, false, undefined])
  for (const one of [early, late]) {
    one.abort('first')
    one.abort('second')
    assert.equal([one.isAborted, one.reason, one.signal.reason], [true, 'first', 'first'])
  }
  assert.is(early.signal, signal)
})

test.run()

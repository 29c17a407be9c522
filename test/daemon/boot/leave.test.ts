import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Leave } from '../../../daemon/boot/leave.ts'

test('wanted() says why the daemon has to end: the first reason', async () => {
  const leave = new Leave()
  const why = leave.wanted()
  leave.now('a client asked for it')
  leave.now('another reason')
  assert.is(await why, 'a client asked for it')
})

test('wanted() counts signals from then on', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const why = new Leave().wanted()
    process.emit(signal)
    assert.is(await why, signal)
    process.removeAllListeners(signal)
  }
})

test.run()

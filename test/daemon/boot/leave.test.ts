import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Leave } from '../../../daemon/boot/leave.ts'

test('wanted() says why the daemon has to end: the first reason', async () => {
  const leave = new Leave()
  const why = leave.wanted()
  leave.now('a client asked for it')
  leave.now('another reason')
  leave.again('another reason still')
  assert.equal(await why, { text: 'a client asked for it', isAgain: false })
})

test('again() lets the daemon begin again', async () => {
  const leave = new Leave()
  leave.again('another directory')
  assert.equal(await leave.wanted(), { text: 'another directory', isAgain: true })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.removeAllListeners(signal)
})

test('wanted() counts signals from then on', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const why = new Leave().wanted()
    process.emit(signal)
    assert.equal(await why, { text: signal, isAgain: false })
    process.removeAllListeners(signal)
  }
})

test.run()

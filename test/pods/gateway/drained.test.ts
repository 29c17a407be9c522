import { EventEmitter } from 'node:events'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { drained } from '../../../pods/gateway/drained.ts'

test('drained() resolves once there is room, or nobody to write to, and leaves nothing behind', async () => {
  for (const event of ['drain', 'close']) {
    const side = new EventEmitter()
    const waits = drained(side)
    side.emit(event)
    await waits
    assert.equal(side.eventNames(), [])
  }
})

test.run()

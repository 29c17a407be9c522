import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Receiver } from '../../../pods/otlp/receiver.ts'

test('Receiver gives up an answer that never ends', async () => {
  const receiver = new Receiver({ export: () => {} }, 1)
  assert.equal(await receiver.send([]), { is: 'failed', why: 'it does not end its answer' })
})

test.run()

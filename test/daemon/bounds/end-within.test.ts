// How a run in a container has ended.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { endWithin } from '../../../daemon/bounds/end-within.ts'

test('endWithin() tells a signal by its code, and leaves every other code as it is', () => {
  assert.equal(endWithin({ code: 137, signal: null }), { code: null, signal: 'SIGKILL' })
  assert.equal(endWithin({ code: 143, signal: null }), { code: null, signal: 'SIGTERM' })
  for (const code of [0, 1, 125, 128, 193, 255]) assert.equal(endWithin({ code, signal: null }), { code, signal: null })
  assert.equal(endWithin({ code: null, signal: 'SIGKILL' }), { code: null, signal: 'SIGKILL' })
})

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Calling } from '../../../shim/calls/context.ts'
import { OnceCalls } from '../../../shim/calls/once.ts'

const call = (result: Promise<unknown>) => ({ calling: new Calling('web.1', {}), result })
const settled = async () => await new Promise(setImmediate)

test('OnceCalls keeps a call while it is under way, and for a minute after it is over', async () => {
  let nowMs = 0
  const calls = new OnceCalls(() => nowMs)
  const { promise, resolve } = Promise.withResolvers<unknown>()
  const first = call(promise)
  calls.keep('a', first)
  nowMs = 1_000_000
  assert.is(calls.find('a'), first)
  resolve(1)
  await settled()
  nowMs += 59_000
  assert.is(calls.find('a'), first)
  nowMs += 2000
  assert.is(calls.find('a'), undefined)
})

test('OnceCalls keeps only so many that are over, and forgets one that was given up', async () => {
  const calls = new OnceCalls(() => 0)
  for (let n = 0; n < 1005; n++)
    calls.keep(String(n), call(n % 2 ? Promise.resolve(n) : Promise.reject(new Error('no'))))
  await settled()
  assert.is(calls.find('4'), undefined)
  assert.ok(calls.find('5'))
  calls.forget('5')
  assert.is(calls.find('5'), undefined)
})

test.run()

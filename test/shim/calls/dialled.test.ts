import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { maxCallLineBytes } from '../../../protocol/calls.ts'
import { Call } from '../../../shim/calls/call.ts'
import { failsWith } from '../../fails.ts'
import { until } from '../../until.ts'
import { calleeOn, Met } from './met.ts'

test('busy is how many calls are under way', async () => {
  const gate = Promise.withResolvers<string>()
  using met = new Met({ wait: () => gate.promise, ping: () => 'pong' })
  const dialled = await met.dial()
  const web = calleeOn(dialled)
  const waiting = web.wait?.()
  assert.is(dialled.busy, 1)
  assert.is(await web.ping?.(), 'pong')
  assert.is(dialled.busy, 1)
  gate.resolve('done')
  assert.equal([await waiting, dialled.busy], ['done', 0])
})

test('retire() closes once the calls that are under way are over', async () => {
  const gate = Promise.withResolvers<string>()
  using met = new Met({ wait: () => gate.promise })
  const dialled = await met.dial()
  const waiting = calleeOn(dialled).wait?.()
  dialled.retire()
  gate.resolve('done')
  assert.is(await waiting, 'done')
  await until(() => !dialled.isOpen, 'it is closed')
})

test('calls fail where the connection ends before their answer, and say which run that was', async () => {
  using met = new Met({ wait: () => new Promise(() => {}) })
  const dialled = await met.dial()
  const waiting = failsWith('pod_not_up', () => calleeOn(dialled).wait?.())
  await until(() => met.callings.length > 0, 'it is called')
  met.hangUp()
  const error = await waiting
  assert.is(error.message, 'Cannot call "wait" of web.1: the run ended before it answered')
  assert.equal(error.facts, { run: 'web.1', fn: 'wait' })
})

test('arguments that are too long are refused, and others go through', async () => {
  using met = new Met({ size: (text: string) => text.length })
  const dialled = await met.dial()
  const call = new Call({ fn: 'size', line: 'x'.repeat(maxCallLineBytes), timeoutMs: 500 })
  dialled.send(call)
  await failsWith('too_large', () => call)
  assert.is(await calleeOn(dialled).size?.('short'), 5)
})

test.run()

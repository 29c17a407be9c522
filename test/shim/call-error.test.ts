import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { P8aError } from '../../protocol/errors.ts'
import { toCallError, toHandlerError } from '../../shim/call-error.ts'

test('toCallError() is call_failed with the name, the stack and the code of what was thrown', () => {
  const thrown = Object.assign(new RangeError('too far'), { code: 'ENOENT' })
  const { code, message, facts, cause } = toCallError(thrown)
  assert.equal(
    [code, message, facts.name, facts.errorCode, cause],
    ['call_failed', 'too far', 'RangeError', 'ENOENT', thrown],
  )
  assert.match(String(facts.stack), 'call-error.test.ts')
})

test('toCallError() shows what is no error, and names one without a message', () => {
  assert.is(toCallError('just a text').message, "The function threw 'just a text'")
  assert.is(toCallError(undefined).message, 'The function threw undefined')
  assert.is(toCallError(new TypeError()).message, 'TypeError')
})

test('toCallError() keeps what to do of an error that was passed on, and not its code', () => {
  const { code, hint, facts } = toCallError(new P8aError('pod_not_up', 'it is idle', { hint: 'Start it' }))
  assert.equal([code, hint, facts.errorCode], ['call_failed', 'Start it', 'pod_not_up'])
})

test('toCallError() takes what to do as data, as far as it is that', () => {
  const steps = [{ text: 'Move them away', do: { verb: 'fleet drain', args: ['a'] } }]
  const thrown = (more: object) => toCallError(Object.assign(new Error('no'), more))
  assert.equal(thrown({ steps }).steps, steps)
  assert.is(thrown({ steps }).hint, 'Move them away: pod fleet drain REMOTE a')
  assert.is(thrown({ steps: [{ text: 1 }], hint: 'Wait' }).hint, 'Wait')
  assert.is(thrown({ steps: 'none' }).hint, undefined)
})

test('toCallError() keeps the first name and code of an error that goes through several pods', () => {
  const thrown = Object.assign(new RangeError('too far'), { code: 'ENOENT' })
  const passed = toCallError(toCallError(thrown))
  assert.equal(
    [passed.code, passed.message, passed.facts.name, passed.facts.errorCode],
    ['call_failed', 'too far', 'RangeError', 'ENOENT'],
  )
})

test('toHandlerError() keeps an error of ours as it is, since a handler speaks for its host', () => {
  const ours = new P8aError('forbidden', 'Not today')
  assert.is(toHandlerError(ours), ours)
})

test('toHandlerError() takes the code, hint and facts of an error of a client for ours', () => {
  const told = Object.assign(new Error('it is idle'), { code: 'pod_not_up', hint: 'Start it', facts: { pod: 'web' } })
  const { code, message, hint, facts } = toHandlerError(told)
  assert.equal([code, message, hint, facts], ['pod_not_up', 'it is idle', 'Start it', { pod: 'web' }])
})

test('toHandlerError() is call_failed for a code that is none of ours', () => {
  const { code, facts } = toHandlerError(Object.assign(new Error('no'), { code: 'ENOENT', facts: { a: 1 } }))
  assert.equal([code, facts.errorCode, facts.a], ['call_failed', 'ENOENT', undefined])
  assert.is(toHandlerError(null).message, 'The function threw null')
})

test.run()

import { inspect } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { toJson } from '../../protocol/json.ts'
import { describeThrown, lookAt, memberOf } from '../../protocol/thrown.ts'
import { toCallError, toHandlerError } from '../../shim/call-error.ts'

const shut = new Proxy(
  {},
  {
    getPrototypeOf: () => {
      throw new Error('proto')
    },
    get: () => {
      throw new Error('get')
    },
  },
)
const symbolic = Object.defineProperty(new Error('own message'), 'name', { value: Symbol('x') })
const moody = Object.defineProperty(new Error('own message'), 'stack', {
  get: () => {
    throw new Error('stack')
  },
})

test('lookAt() tells what can be told of anything, and never throws', () => {
  const { stack: _, ...symbol } = lookAt(symbolic)
  assert.equal(symbol, { isError: true, name: 'Error', message: 'own message', code: undefined })
  assert.is(lookAt(moody).stack, undefined)
  assert.is(lookAt(Object.assign(new Error(), { code: 'E1' })).code, 'E1')
  for (const value of [shut, null, undefined, 'text', 7, Symbol('x')]) assert.is(lookAt(value).isError, false)
  assert.is(memberOf(shut, 'code'), undefined)
})

test('describeThrown() shows the own words of an error that cannot be inspected', () => {
  assert.match(describeThrown(symbolic, inspect), 'own message')
  assert.ok(describeThrown(shut, inspect).length > 0)
  assert.is(
    describeThrown(null, () => assert.unreachable() as never),
    'a value that cannot be shown',
  )
})

test('toCallError() and toHandlerError() make an error of whatever a function throws', () => {
  for (const value of [shut, symbolic, moody, null, undefined, 7]) {
    assert.is(toCallError(value).code, 'call_failed')
    assert.is(toHandlerError(value).code, 'call_failed')
  }
  assert.is(toCallError(symbolic).message, 'own message')
})

test('toJson() says that a value has no JSON form, whatever its toJSON throws', () => {
  for (const thrown of [null, undefined, shut, new Error('why')]) {
    const value = {
      toJSON: () => {
        throw thrown
      },
    }
    assert.throws(() => toJson(value), /The answer is not JSON: ./)
  }
})

test.run()

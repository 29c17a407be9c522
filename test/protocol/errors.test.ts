// The error table, and errors on their way over the wire.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type ErrorCode, errorTable, fromWireError, P8aError, toWireError } from '../../protocol/errors.ts'

test('every code has a JSON-RPC number of its own, an HTTP status and an exit code', () => {
  const rows = Object.entries(errorTable)
  assert.is(new Set(rows.map(([, row]) => row.rpc)).size, rows.length)
  for (const [code, { rpc, http, exit }] of rows) {
    assert.match(code, /^[a-z]+(_[a-z]+)*$/)
    assert.ok(rpc >= -32_768 && rpc <= -32_000, code)
    assert.ok(http >= 400 && http < 600, code)
    assert.ok([1, 2, 3, 4].includes(exit), code)
  }
})

test('the numbers of the standard stand for what they do there', () => {
  const standard = {
    parse_error: -32700,
    bad_request: -32600,
    method_not_found: -32601,
    bad_params: -32602,
    internal: -32603,
  }
  for (const [code, rpc] of Object.entries(standard)) assert.is(errorTable[code as ErrorCode].rpc, rpc)
  assert.is(errorTable.unauthorized.exit, 4)
  assert.is(errorTable.host_unreachable.exit, 3)
  assert.is(errorTable.usage.exit, 2)
})

test('an error comes over the wire with code, message, hint and facts', () => {
  for (const code of Object.keys(errorTable) as ErrorCode[]) {
    const error = new P8aError(code, 'Cannot do it: it is up', { hint: 'Stop it', facts: { pod: 'web', pid: 7 } })
    const wire = JSON.parse(JSON.stringify(toWireError(error)))
    assert.equal(wire, {
      code: errorTable[code].rpc,
      message: error.message,
      data: { code, hint: 'Stop it', pod: 'web', pid: 7 },
    })
    const back = fromWireError(wire)
    assert.equal([back.code, back.message, back.hint, back.facts], [code, error.message, 'Stop it', error.facts])
  }
})

test('an error without hint or facts has none over there', () => {
  const back = fromWireError(toWireError(new P8aError('timeout', 'It took too long')))
  assert.equal([back.code, back.hint, back.facts], ['timeout', undefined, {}])
})

test('no fact can pass itself off as the code or the hint', () => {
  const error = new P8aError('pod_running', 'Cannot', { hint: 'Stop it', facts: { code: 'internal', hint: 'no' } })
  const back = fromWireError(toWireError(error))
  assert.equal([back.code, back.hint], ['pod_running', 'Stop it'])
})

test('an error that nobody expected is internal and tells nothing of its insides', () => {
  for (const error of [new TypeError('secret of x'), 'secret', undefined, null, { secret: 1 }]) {
    const wire = toWireError(error)
    assert.is(wire.data?.code, 'internal')
    assert.not.match(JSON.stringify(wire), 'secret')
  }
})

test('fromWireError() takes a code it does not know, or none, for what the number says', () => {
  assert.equal([fromWireError({ code: -1, message: 'odd', data: { code: 'of_the_future' } }).code], ['internal'])
  assert.is(fromWireError({ code: -32_601, message: 'no such' }).code, 'method_not_found')
  assert.is(fromWireError({ code: 5, message: 'odd' }).code, 'internal')
  assert.is(fromWireError({ code: 5, message: 'odd', data: { code: 'toString' } }).code, 'internal')
  assert.is(fromWireError({ code: 5, message: 'kept' }).message, 'kept')
})

test('a P8aError is an Error with its cause', () => {
  const cause = new Error('why')
  const error = new P8aError('internal', 'what', { cause })
  assert.instance(error, Error)
  assert.equal([error.name, error.message, error.cause], ['P8aError', 'what', cause])
  assert.not.ok('cause' in new P8aError('internal', 'what'))
})

test('fromWireError() takes what an end that is none of ours calls an error', () => {
  for (const odd of [5, 'text', true, { message: { toString: 1 } }, { data: null }, { data: 5, message: [] }])
    assert.is(fromWireError(odd as never).code, 'internal')
})

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { fits, meantMethod, methodsOf, WrongMethod } from '../../../../daemon/server/http/methods.ts'

test('methodsOf() names what a path takes, HEAD wherever there is GET, and nothing where there is nothing', () => {
  assert.equal(methodsOf('/rpc'), ['POST'])
  assert.equal(methodsOf('/openapi.json'), ['GET', 'HEAD'])
  assert.equal(methodsOf('/processes/x.1/output'), ['GET', 'HEAD'])
  for (const path of ['/', '/commands/', '/rpc/', '/processes/x/y']) assert.equal(methodsOf(path), [], path)
})

test('meantMethod() is GET for HEAD, and else the method', () => {
  assert.equal(['HEAD', 'GET', 'POST', undefined].map(meantMethod), ['GET', 'GET', 'POST', ''])
})

test('fits() wants each part, and something where a name stands', () => {
  assert.is(fits('/commands/{id}', ['', 'commands', 'x']), true)
  assert.is(fits('/commands/{id}', ['', 'commands', '']), false)
  assert.is(fits('/commands/{id}', ['', 'commands', 'x', 'y']), false)
})

test('WrongMethod says what to use', () => {
  const error = new WrongMethod('PUT', { path: '/rpc', allowed: ['POST'] })
  assert.equal([error.code, error.message, error.hint], ['bad_request', 'Cannot PUT /rpc', 'Use POST'])
})

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Elsewhere, mostNames } from '../../../daemon/link/elsewhere.ts'

test('take() gives those that have asked for a name, once', () => {
  const elsewhere = new Elsewhere<string>()
  elsewhere.note('web.1', 'db')
  elsewhere.note('web.1', 'db')
  elsewhere.note('web.1', 'mail')
  elsewhere.note('api.1', 'db')
  assert.equal(elsewhere.take('db'), ['web.1', 'api.1'])
  assert.equal([elsewhere.take('db'), elsewhere.size], [[], 1])
  assert.equal([elsewhere.take('mail'), elsewhere.size], [['web.1'], 0])
})

test('a run whose link is gone has nothing kept of it', () => {
  const elsewhere = new Elsewhere<string>()
  for (const name of ['db', 'mail']) elsewhere.note('web.1', name)
  elsewhere.note('api.1', 'db')
  elsewhere.forget('web.1')
  assert.equal([elsewhere.size, elsewhere.take('mail'), elsewhere.take('db')], [1, [], ['api.1']])
})

test('however many names a run asks for, so many are kept of it, the newest', () => {
  const elsewhere = new Elsewhere<string>()
  for (let number = 0; number < 3 * mostNames; number++) elsewhere.note('web.1', `pod${number}`)
  elsewhere.note('api.1', 'pod0')
  assert.is(elsewhere.size, mostNames + 1)
  assert.equal([elsewhere.take('pod0'), elsewhere.take(`pod${3 * mostNames - 1}`)], [['api.1'], ['web.1']])
})

test.run()

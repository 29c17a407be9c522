// Which moments of the walks are tried in the short form and in the long one.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { longVariable, Moments } from '../../../scripts/test/moments.ts'

const test = suite('moments')

const row = ['open a', 'spawn b', 'open c', 'open d', 'open e']
const isKept = (name: string) => name.startsWith('spawn ')

test('of() gives every so many moments and those that are kept, counted over all rows', () => {
  const moments = new Moments<string>({ step: 3, isKept }, {})
  assert.equal(moments.of(row), ['open a', 'spawn b', 'open d'])
  assert.equal(moments.of(row), ['spawn b', 'open e'], 'the seventh of all is the second of this row')
  assert.equal(moments.of([]), [])
})

test('of() gives all in the long form, in their order', () => {
  const moments = new Moments<string>({ step: 3, isKept }, { [longVariable]: '1' })
  assert.equal(moments.of(row), row)
  assert.equal(new Moments<string>({ step: 3 }, { [longVariable]: '' }).of(row), ['open a', 'open d'])
})

test.run()

// Objects with any keys in what a fleet keeps.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import { keyedSchema } from '../../../pods/fleet/keyed.ts'

test('keyedSchema() keeps hosts and pods whatever they are called, and refuses what is none', () => {
  const schema = keyedSchema(v.number())
  const given = JSON.parse('{"a":1,"constructor":2,"__proto__":3,"prototype":4}')
  assert.equal(Object.entries(v.parse(schema, given)), Object.entries(given))
  for (const wrong of [null, [], 'x', { a: 'x' }]) assert.is(v.is(schema, wrong), false, JSON.stringify(wrong))
})

test.run()

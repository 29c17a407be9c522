// Objects with any keys, whatever these are called.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import { keyedSchema } from '../../protocol/keyed.ts'

const schema = keyedSchema(v.object({ weight: v.pipe(v.number('is no number'), v.minValue(0, 'is too small')) }))

test('keyedSchema() keeps every key, also those that every object has, and what its values come to', () => {
  const text = '{"a":{"weight":1},"constructor":{"weight":2},"__proto__":{"weight":3},"prototype":{"weight":4}}'
  const read = v.parse(schema, JSON.parse(text))
  assert.equal(
    Object.entries(read).map(([key, { weight }]) => `${key} ${weight}`),
    ['a 1', 'constructor 2', '__proto__ 3', 'prototype 4'],
  )
  assert.is(Object.getPrototypeOf(read), Object.prototype)
  assert.equal(v.parse(keyedSchema(v.pipe(v.string(), v.transform(Number))), { a: '5' }), { a: 5 })
})

test('keyedSchema() names what is wrong, by its key and what lies within', () => {
  const issues = v.safeParse(schema, { a: { weight: -1 }, b: { weight: 'x' }, c: { weight: 0 } }).issues ?? []
  const told = issues.map(({ message, path }) => [path?.map(({ key }) => key).join('.'), message])
  assert.equal(told, [
    ['a.weight', 'is too small'],
    ['b.weight', 'is no number'],
  ])
  for (const wrong of [null, [], 'x', 7, undefined]) assert.is(v.is(schema, wrong), false, String(wrong))
})

test.run()

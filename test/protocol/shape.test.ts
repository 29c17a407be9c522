// What does not fit a shape.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { misfit, type Shape } from '../../protocol/shape.ts'

const text = { type: 'string' } as const

test('misfit() names what each kind of shape must be', () => {
  const cases: [Shape, unknown, string | undefined][] = [
    [text, 5, 'must be a text'],
    [{ type: 'integer' }, 1.5, 'must be a whole number'],
    [{ type: 'integer' }, 3, undefined],
    [{ type: 'boolean' }, 'true', 'must be true or false'],
    [{ type: ['number', 'null'] }, null, undefined],
    [{ type: ['number', 'null'] }, 'x', 'must be a number or null'],
    [{ enum: ['a', 'b', 'c'] }, 'd', 'must be a, b or c'],
    [{ enum: ['a'] }, 'a', undefined],
    [{ const: true }, false, 'must be true'],
    [{ type: 'object' }, [], 'must be an object'],
    [{ type: 'array' }, {}, 'must be a list'],
    [{}, null, undefined],
  ]
  for (const [shape, value, why] of cases) assert.is(misfit(shape, value), why, JSON.stringify([shape, value]))
})

test('misfit() finds a member that is missing or wrong, wherever it stands, and none that is not named', () => {
  const shape: Shape = {
    type: 'object',
    properties: { list: { type: 'array', items: { type: 'object', properties: { name: text }, required: ['name'] } } },
    required: ['list'],
  }
  assert.is(misfit(shape, {}), 'list is missing')
  assert.is(misfit(shape, { list: [{ name: 'a' }, {}] }), 'list.1.name is missing')
  assert.is(misfit(shape, { list: [{ name: null }] }), 'list.0.name must be a text')
  assert.is(misfit(shape, { list: [{ name: 'a', color: 5 }], more: [] }), undefined)
})

test('misfit() allows a member that may be left out to be undefined', () => {
  assert.is(misfit({ type: 'object', properties: { note: text }, required: [] }, { note: undefined }), undefined)
})

test('misfit() reads own members only, whatever they are called', () => {
  const shape: Shape = { type: 'object', additionalProperties: text }
  assert.is(misfit(shape, JSON.parse('{"__proto__": 5}')), '__proto__ must be a text')
  assert.is(misfit({ type: 'object', properties: {}, required: ['toString'] }, {}), 'toString is missing')
  assert.is(misfit({ type: 'object', properties: {}, required: [] }, { constructor: 5 }), undefined)
})

test('misfit() tells objects apart by their type', () => {
  const a: Shape = {
    type: 'object',
    properties: { type: { const: 'a' }, size: { type: 'number' } },
    required: ['type', 'size'],
  }
  const b: Shape = { type: 'object', properties: { type: { enum: ['b', 'c'] } }, required: ['type'] }
  const shape: Shape = { oneOf: [a, b] }
  assert.is(misfit(shape, { type: 'a' }), 'size is missing')
  assert.is(misfit(shape, { type: 'c' }), undefined)
  assert.is(misfit(shape, { type: 'd' }), 'must be of a known type')
  assert.is(misfit(shape, 'a'), 'must be of a known type')
})

test.run()

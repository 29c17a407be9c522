// Objects of texts, whatever their keys are called.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import { isObject, textsSchema } from '../../protocol/texts.ts'

const schema = textsSchema({
  text: 'is no text',
  value: value => (value === 'bad' ? 'is bad' : undefined),
  key: key => (key === '' ? 'has no name' : undefined),
})

/** What is wrong, as key and message. */
const issuesOf = (value: unknown) =>
  (v.safeParse(schema, value).issues ?? []).map(({ path, message }) => [path?.at(-1)?.key, message])

test('isObject() knows lists and null from objects', () => {
  assert.equal([{}, [], null, undefined, 'x', 1].map(isObject), [true, false, false, false, false, false])
})

test('textsSchema() keeps every key, also those that every object has', () => {
  const texts = JSON.parse('{"a":"1","constructor":"2","__proto__":"3","toString":"4"}') as Record<string, string>
  assert.equal(Object.entries(v.parse(schema, texts)), Object.entries(texts))
})

test('textsSchema() names what is no text, a text that is wrong, and a key that is', () => {
  assert.equal(issuesOf({ a: 'fine', b: 5, c: null, d: 'bad', '': 'fine' }), [
    ['b', 'is no text'],
    ['c', 'is no text'],
    ['d', 'is bad'],
    ['', 'has no name'],
  ])
})

test('textsSchema() refuses what is no object', () => {
  for (const value of [[], ['a'], null, 'a', 5, undefined])
    assert.equal(issuesOf(value), [[undefined, 'must be an object of texts']])
})

test.run()

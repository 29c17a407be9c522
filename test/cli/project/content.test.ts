import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { digest, digestOf, type Readers } from '../../../cli/project/content.ts'
import { scratch } from '../../scratch.ts'

const readers = (text: string): Readers => ({
  tree: async () => [{ path: 'a', hash: text, size: 1 }],
  file: async () => text,
})

test('digestOf() is another one for other bytes and for other options of the push, and the same for a folder in place', async () => {
  using at = scratch()
  const path = at.dir
  const once = await digestOf({ path }, readers('x'))
  assert.is(await digestOf({ path }, readers('x')), once)
  assert.is.not(await digestOf({ path }, readers('y')), once)
  assert.is.not(await digestOf({ path, entry: 'a.js' }, readers('x')), once)
  const linked = { path, link: true }
  assert.is(await digestOf(linked, readers('x')), await digestOf(linked, readers('y')))
  const file = at.file('a.js', '')
  assert.is.not(await digestOf({ path: file }, readers('x')), await digestOf({ path: file }, readers('y')))
})

test('digest() does not know the order of members, nor members that are not there', () => {
  assert.is(digest({ a: 1, b: { c: [1, 2], d: undefined } }), digest({ b: { c: [1, 2] }, a: 1 }))
  assert.is.not(digest([1, 2]), digest([2, 1]))
  assert.match(digest(''), /^[0-9a-f]{16}$/)
})

test.run()

// Paths and links of a tree: none may lead out of it.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import { isTreePath, leadsOut, treeSchema } from '../../protocol/tree.ts'

test('isTreePath() takes paths within a folder alone', () => {
  for (const path of ['a', 'a/b.js', '.env', '...', 'ä/ö', 'a b']) assert.ok(isTreePath(path), path)
  for (const path of ['', '/a', 'a/', 'a//b', '.', '..', '../a', 'a/../b', 'a/./b', 'a\0b'])
    assert.not.ok(isTreePath(path), path)
})

test('leadsOut() follows a link from where it lies', () => {
  const table: [path: string, link: string, isOut: boolean][] = [
    ['a', 'b', false],
    ['d/a', '../b', false],
    ['d/e/a', '../../b/./c', false],
    ['d/a', '../../b', true],
    ['a', '..', true],
    ['a', '../x', true],
    ['d/a', 'x/../../../y', true],
    ['a', '/etc/passwd', true],
    ['a', 'b\0', true],
  ]
  for (const [path, link, isOut] of table) assert.is(leadsOut({ path, link }), isOut, `${path} -> ${link}`)
})

test('treeSchema refuses what is no file and no link', () => {
  const hash = 'a'.repeat(64)
  const is = (entry: object) => v.safeParse(treeSchema, [entry]).success
  assert.ok(is({ path: 'a', hash, size: 1 }))
  assert.ok(is({ path: 'a', hash, size: 1, x: true }))
  assert.ok(is({ path: 'a', link: 'b' }))
  for (const bad of [
    { path: '../a', hash, size: 1 },
    { path: 'a', hash: 'x', size: 1 },
    { path: 'a' },
    { path: 'a', link: '' },
    { path: 'a', hash, size: -1 },
  ])
    assert.not.ok(is(bad), JSON.stringify(bad))
})

test.run()

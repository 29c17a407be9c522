import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { changedKeys, differenceOf } from '../../../daemon/image/difference.ts'
import type { FileImage, FolderImage } from '../../../daemon/image/store.ts'
import { dataPaths } from '../../../daemon/system/paths.ts'
import { type Scratch, scratch } from '../../scratch.ts'

const folder = (hash: string, more: Partial<FolderImage> = {}): FolderImage => ({
  v: 1,
  hash,
  size: 0,
  kind: 'service',
  exports: [],
  config: {},
  file: 'app',
  format: 'folder',
  starts: { how: 'program', entry: 'index.js', args: [], because: 'main' },
  ...more,
})

function write(at: Scratch, hash: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    const file = at.path(`images/${hash}/${path}`)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}

test('differenceOf() tells files that came, went and changed, with the lines of texts, and not what was installed', async () => {
  using at = scratch()
  const same = { 'tree/same.js': 'same\n', 'tree/node_modules/x/a.js': '1' }
  write(at, 'one', { ...same, 'tree/index.js': 'a\nb\nc\n', 'tree/old.bin': 'x\0y' })
  write(at, 'two', {
    ...same,
    'tree/node_modules/x/a.js': '2',
    'tree/index.js': 'a\nB\nc\n',
    'tree/lib/new.js': 'new\n',
  })
  const to = folder('two', { config: { scale: 2 }, exports: ['add'] })
  const found = await differenceOf(dataPaths(at.dir), { from: folder('one'), to }, { maxBytes: 10_000 })
  assert.equal(found.files, [
    { path: 'index.js', change: 'changed', size: 6, before: 6 },
    { path: 'lib/new.js', change: 'added', size: 4 },
    { path: 'old.bin', change: 'removed', size: 3 },
  ])
  assert.equal(found.config, [{ key: 'scale', to: 2 }])
  assert.equal(found.exports, { added: ['add'], removed: [] })
  assert.match(found.patch, /--- a\/index\.js\n\+\+\+ b\/index\.js\n@@ -1,3 \+1,3 @@\n a\n-b\n\+B\n c\n/)
  assert.match(found.patch, /--- \/dev\/null\n\+\+\+ b\/lib\/new\.js\n/)
  assert.match(found.patch, /Binary or large files differ: old\.bin\n/)
  assert.is(found.isCut, false)
})

test('differenceOf() cuts lines that would be too many, and names all files', async () => {
  using at = scratch()
  write(at, 'one', { 'tree/a.js': 'a\n', 'tree/b.js': 'b\n' })
  write(at, 'two', { 'tree/a.js': 'A\n', 'tree/b.js': 'B\n' })
  const of = { from: folder('one'), to: folder('two') }
  const { files, patch, isCut } = await differenceOf(dataPaths(at.dir), of, { maxBytes: 80 })
  assert.equal([files.length, isCut], [2, true])
  assert.ok(patch.length <= 80)
})

test('differenceOf() compares what is one file, without the link to its source map', async () => {
  using at = scratch()
  const file = (hash: string, code: string): FileImage => {
    write(at, hash, { 'main.mjs': `${code}\n//# sourceMappingURL=main.mjs.map\n` })
    return { v: 1, hash, size: code.length, kind: 'service', exports: [], config: {}, file: 'web.ts', format: 'esm' }
  }
  const of = { from: file('one', 'first()'), to: file('two', 'second()') }
  const { files, patch } = await differenceOf(dataPaths(at.dir), of, { maxBytes: 10_000 })
  assert.equal(files, [{ path: 'web.ts', change: 'changed', size: 8, before: 7 }])
  assert.match(patch, /-first\(\)/)
  assert.not.match(patch, /sourceMappingURL/)
})

test('changedKeys() compares what is within', () => {
  const from = { scale: 1, check: { interval: 1 }, same: [1] }
  assert.equal(changedKeys(from, { check: { interval: 2 }, same: [1], sleep: '1m' }), [
    { key: 'check', from: { interval: 1 }, to: { interval: 2 } },
    { key: 'scale', from: 1 },
    { key: 'sleep', to: '1m' },
  ])
})

test.run()

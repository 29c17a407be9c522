// When the tests need no build: only where all that was built is newer than all that it is built from.
import { mkdirSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isBuilt } from '../../../scripts/test/built.ts'
import { type Scratch, scratch } from '../../scratch.ts'

const test = suite('built')
const folders = ['cli', 'daemon', 'fetch', 'page', 'pods', 'protocol', 'scripts', 'shim']
const files = ['package.json', 'package-lock.json', 'tsconfig.json', 'node_modules/.package-lock.json']
const sources = [...folders.map(name => `${name}/deep/a.ts`), ...files]

/** A checkout whose sources are of second 1, and what is built of second 2. */
function checkout(): Scratch {
  const at = scratch()
  for (const file of [...sources, 'dist/cli.cjs', 'dist/page/index.html']) at.file(file, '')
  for (const path of [...folders.flatMap(name => [name, `${name}/deep`]), ...sources]) utimesSync(at.path(path), 1, 1)
  for (const path of ['dist/cli.cjs', 'dist/page/index.html']) utimesSync(at.path(path), 2, 2)
  return at
}

test('isBuilt() is true where all that was built is newer', () => {
  using at = checkout()
  assert.ok(isBuilt(at.dir))
})

test('isBuilt() is false where any source changed after any part of the build', () => {
  using at = checkout()
  for (const file of sources) {
    utimesSync(at.path(file), 3, 3)
    assert.not(isBuilt(at.dir), file)
    utimesSync(at.path(file), 1, 1)
  }
  utimesSync(at.path('dist/cli.cjs'), 4, 4)
  assert.ok(isBuilt(at.dir))
  utimesSync(at.path('cli/deep/a.ts'), 3, 3)
  assert.not(isBuilt(at.dir), 'one part of the build is older')
})

test('isBuilt() is false where a source was removed', () => {
  using at = checkout()
  rmSync(at.path('shim/deep/a.ts'))
  assert.not(isBuilt(at.dir))
})

test('isBuilt() is false where nothing is built', () => {
  using at = checkout()
  rmSync(at.path('dist'), { recursive: true })
  assert.not(isBuilt(at.dir))
  mkdirSync(join(at.dir, 'dist'))
  assert.not(isBuilt(at.dir), 'an empty folder is no build')
})

test.run()

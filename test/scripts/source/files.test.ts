import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { foldersOf, sourceFiles } from '../../../scripts/source/files.ts'
import { root } from '../../paths.ts'

const test = suite('files')

test('sourceFiles() has each file of a folder before those of the folders in it, and nothing of test/', () => {
  const files = sourceFiles(root)
  const at = (file: string) => {
    assert.ok(files.includes(file), file)
    return files.indexOf(file)
  }
  assert.ok(at('bin/pod.cjs') < at('protocol/errors.ts'))
  assert.ok(at('protocol/errors.ts') < at('daemon/main.ts'))
  assert.ok(at('daemon/main.ts') < at('daemon/boot/claim.ts'))
  assert.ok(at('scripts/test.ts') < at('scripts/bench/apps/http.mjs'))
  assert.is(files.filter(file => file.startsWith('test/')).length, 0)
})

test('foldersOf() has each folder once', () => {
  assert.equal(foldersOf(['cli/main.ts', 'cli/say/say.ts', 'cli/say/table.ts']), ['cli', 'cli/say'])
})

test.run()

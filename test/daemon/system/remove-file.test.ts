// A file that goes. Not here: folders (remove-tree.test.ts).
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { removeFile } from '../../../daemon/system/remove-file.ts'
import { errorOf } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

test('removeFile() removes a file, or a link and not what it leads to, and minds none that is not there', async () => {
  using at = scratch()
  at.file('kept', 'text')
  symlinkSync(at.path('kept'), at.path('link'))
  for (const name of ['link', 'link', 'kept/beyond']) await removeFile(at.path(name))
  assert.equal([existsSync(at.path('link')), readFileSync(at.path('kept'), 'utf8')], [false, 'text'])
  await removeFile(at.path('kept'))
  assert.not(existsSync(at.path('kept')))
})

test('removeFile() fails for a folder', async () => {
  using at = scratch()
  mkdirSync(at.path('folder'))
  assert.instance(await errorOf(() => removeFile(at.path('folder'))), Error)
  assert.ok(existsSync(at.path('folder')))
})

test.run()

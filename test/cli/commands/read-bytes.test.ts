import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readBytes } from '../../../cli/commands/read-bytes.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

test('readBytes() reads a file, and says what is wrong with one that cannot be read', async () => {
  using at = scratch()
  assert.is(String(await readBytes(at.file('in', 'hello'))), 'hello')
  assert.match((await failsWith('file_not_found', () => readBytes(at.path('none')))).message, 'there is no such file')
  assert.match((await failsWith('file_not_found', () => readBytes(at.dir))).message, 'EISDIR')
})

test.run()

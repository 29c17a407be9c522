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

test('readBytes() reads up to a limit, also what has no end', async () => {
  using at = scratch()
  assert.is((await readBytes(at.file('in', 'hello'), 5)).length, 5)
  const error = await failsWith('too_large', () => readBytes('/dev/zero', 1024 * 1024))
  assert.is(error.message, 'Cannot read "/dev/zero": it has more than 1 MiB')
})

test.run()

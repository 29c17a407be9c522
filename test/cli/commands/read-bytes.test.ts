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
  try {
    process.env.P8A_MAX_STDIN = '5'
    assert.is((await readBytes(at.file('in', 'hello'))).length, 5)
    process.env.P8A_MAX_STDIN = '1M'
    const error = await failsWith('too_large', () => readBytes('/dev/zero'))
    assert.is(error.message, 'Cannot read "/dev/zero": it has more than 1 MiB')
    assert.match(error.hint as string, 'P8A_MAX_STDIN=128M sets another limit')
    process.env.P8A_MAX_STDIN = 'much'
    await failsWith('usage', () => readBytes(at.path('in')))
  } finally {
    delete process.env.P8A_MAX_STDIN
  }
})

test.run()

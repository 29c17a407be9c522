import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readEnvFile } from '../../../cli/argv/env-file.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

test('readEnvFile() names a line by its number, and never tells what stands in it', async () => {
  using at = scratch()
  const file = at.file('.env', 'A=1\nsecret-of-mine\nB="unfinished secret')
  const error = await failsWith('usage', () => readEnvFile(file))
  assert.match(error.message, /line 2 has no "=" \(and one more line\)$/)
  assert.equal(error.facts.lines, [2, 3])
  assert.not.match(JSON.stringify(error), 'secret')
})

test('readEnvFile() says of a file that it cannot take why', async () => {
  using at = scratch()
  const refusals: [file: string, why: RegExp][] = [
    [join(at.dir, 'none'), /there is no such file/],
    [at.dir, /it is a directory/],
    ['/dev/zero', /it has more than 4 MiB/],
    [at.file('wide.env', ''), /it is UTF-16/],
    [at.file('latin.env', ''), /it is no text in UTF-8/],
  ]
  writeFileSync(join(at.dir, 'wide.env'), Buffer.from('\uFEFFA=1\n', 'utf16le'))
  writeFileSync(join(at.dir, 'latin.env'), Buffer.from('A=caf\xe9\n', 'latin1'))
  for (const [file, why] of refusals) {
    assert.match((await failsWith('file_not_found', () => readEnvFile(file))).message, why)
  }
})

test('readEnvFile() reads as much as P8A_MAX_ENV_FILE says', async () => {
  using at = scratch()
  try {
    process.env.P8A_MAX_ENV_FILE = '8'
    assert.equal(await readEnvFile(at.file('small.env', 'A=12345\n')), { A: '12345' })
    const error = await failsWith('file_not_found', () => readEnvFile(at.file('large.env', 'A=123456\n')))
    assert.match(error.message, /it has more than 8 bytes$/)
    assert.match(error.hint as string, 'P8A_MAX_ENV_FILE')
  } finally {
    delete process.env.P8A_MAX_ENV_FILE
  }
})

test.run()

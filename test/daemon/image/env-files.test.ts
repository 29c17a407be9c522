// Variables of files on the machine of a host.
import { writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readEnvFiles } from '../../../daemon/image/env-files.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

test('readEnvFiles() reads one file or several, the later ones first', async () => {
  using at = scratch()
  using other = scratch()
  at.file('.env', 'A=1\nB=1')
  const absolute = other.file('x.env', 'B=2')
  assert.equal(await readEnvFiles(at.dir, {}), {})
  assert.equal(await readEnvFiles(at.dir, { envFile: '.env' }), { A: '1', B: '1' })
  assert.equal(await readEnvFiles(at.dir, { envFile: ['.env', absolute] }), { A: '1', B: '2' })
})

test('readEnvFiles() names the file and the line that it cannot use, and no value', async () => {
  using at = scratch()
  at.file('wrong.env', 'A=1\nsecret')
  at.file('null.env', '')
  writeFileSync(at.path('null.env'), 'A=a\0b')
  const refusals: [string, RegExp][] = [
    ['gone.env', /envFile "gone.env": there is no such file$/],
    ['.', /it is not a file/],
    ['wrong.env', /line 2 has no "="$/],
    ['null.env', /"env.A" has a null character/],
  ]
  for (const [envFile, message] of refusals) {
    const error = await failsWith('bad_config', () => readEnvFiles(at.dir, { envFile }))
    assert.match(error.message, message)
    assert.not.match(JSON.stringify(error), 'secret')
  }
})

test.run()

// Variables of files on the machine of a host.
import { symlinkSync, writeFileSync } from 'node:fs'
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

test('readEnvFiles() of a pod that is another user reads nothing that lies elsewhere, whatever links that user has made', async () => {
  using at = scratch()
  using other = scratch()
  const secret = other.file('secret.env', 'A=secret')
  at.file('.env', 'A=1')
  symlinkSync(secret, at.path('link.env'))
  symlinkSync(other.dir, at.path('folder'))
  const user = 'nobody'
  assert.equal(await readEnvFiles(at.dir, { envFile: '.env', user }), { A: '1' })
  for (const envFile of ['link.env', 'folder/secret.env', '../secret.env']) {
    const error = await failsWith('bad_config', () => readEnvFiles(at.dir, { envFile, user }))
    assert.match(error.message, /it lies elsewhere|there is no such file/)
  }
  assert.equal(await readEnvFiles(at.dir, { envFile: 'link.env' }), { A: 'secret' })
  assert.equal(
    await readEnvFiles(at.dir, { envFile: secret, user }),
    { A: 'secret' },
    'what the policy names in full is meant',
  )
})

test.run()

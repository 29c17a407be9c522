import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { eraseProfile, profileNames, readProfile, writeProfile } from '../../../daemon/store/profiles-file.ts'
import { failsWith } from '../../fails.ts'

test('writeProfile() keeps what readProfile() finds, in a file that people may edit', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'p8a-profiles-'))
  const paths = { profiles: join(dir, 'profiles') }
  try {
    assert.equal(await profileNames(paths), [])
    assert.match((await failsWith('profile_not_found', () => readProfile(paths, 'small'))).hint ?? '', 'no profiles')
    await writeProfile(paths, 'small', { retries: 3 })
    await writeProfile(paths, 'large', {})
    assert.equal(await profileNames(paths), ['large', 'small'])
    assert.equal(await readProfile(paths, 'small'), { retries: 3 })
    const edited = (text: string) => writeFileSync(join(paths.profiles, 'small.json'), text)
    edited('{ "sleep": "15m" }')
    assert.equal(await readProfile(paths, 'small'), { sleep: 900_000 })
    for (const wrong of [
      '{',
      '[]',
      '{ "retrys": 3 }',
      '{ "retries": 0 }',
      '{ "profile": "large" }',
      '{ "kind": "service" }',
    ]) {
      edited(wrong)
      assert.match((await failsWith('bad_config', () => readProfile(paths, 'small'))).message, 'small.json', wrong)
    }
    await failsWith('profile_not_found', () => readProfile(paths, '../small'))
    await eraseProfile(paths, 'small')
    assert.match((await failsWith('profile_not_found', () => readProfile(paths, 'small'))).hint ?? '', 'large')
  } finally {
    rmSync(dir, { recursive: true })
  }
})

test.run()

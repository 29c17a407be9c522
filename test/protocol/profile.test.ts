import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { profileConfig } from '../../protocol/profile.ts'
import { failsWith } from '../fails.ts'

test('profileConfig() takes policy, and neither another profile nor a kind', async () => {
  assert.equal(profileConfig({ retries: 3 }), { retries: 3 })
  await failsWith('bad_config', () => profileConfig({ profile: ['a'] }))
  await failsWith('bad_config', () => profileConfig({ kind: 'service' }))
})

test.run()

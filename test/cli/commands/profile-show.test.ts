import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run as show } from '../../../cli/commands/profile-show.ts'
import { failsWith } from '../../fails.ts'
import { doing } from './doing.ts'

test('profile show prints what one says, and names those that there are', async () => {
  const answer = { 'profile.list': { profiles: [{ name: 'small', config: { retries: 3 }, pods: [] }] } }
  assert.is((await doing(show, { args: ['local', 'small'] }, answer)).text, '{\n  "retries": 3\n}')
  const error = await failsWith('profile_not_found', () => doing(show, { args: ['local', 'smal'] }, answer))
  assert.match(error.hint ?? '', 'small')
})

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run as apply } from '../../../cli/commands/profile-apply.ts'
import { doing } from './doing.ts'

test('profile apply asks for what the file says', async () => {
  const answer = { 'profile.set': { name: 'small', config: {}, pods: [{ pod: 'web', how: 'reloaded' }] } }
  const { text, asked } = await doing(apply, { args: ['local', 'small'] }, answer)
  assert.equal(asked, [['profile.set', { profile: 'small', wait: true }]])
  assert.is(text, 'small: says nothing\nweb was reloaded with it')
})

test.run()

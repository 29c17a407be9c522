import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run as remove } from '../../../cli/commands/profile-remove.ts'
import { doing } from './doing.ts'

test('profile remove says that it is gone', async () => {
  const { text, asked } = await doing(
    remove,
    { args: ['local', 'small'] },
    { 'profile.remove': { name: 'small', removed: true } },
  )
  assert.equal(asked, [['profile.remove', { profile: 'small' }]])
  assert.is(text, 'small is removed')
})

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run as list } from '../../../cli/commands/profile-list.ts'
import { doing } from './doing.ts'

test('profile list shows what each says, who has it, and what is wrong', async () => {
  const profiles = [
    { name: 'large', config: { env: ['A'], restart: 'always' }, pods: ['api', 'web'] },
    { name: 'small', config: {}, pods: [], problem: 'it is no JSON' },
  ]
  const { text } = await doing(list, { args: ['local'] }, { 'profile.list': { profiles } })
  assert.match(text, /^PROFILE .*\nlarge +api, web +env A, restart always\nsmall +- +it is no JSON$/)
  assert.is(
    (await doing(list, { args: ['local'] }, { 'profile.list': { profiles: [] } })).text,
    'There are no profiles',
  )
})

test.run()

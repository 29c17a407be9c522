import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run as set } from '../../../cli/commands/profile-set.ts'
import { failsWith } from '../../fails.ts'
import { doing } from './doing.ts'

test('profile set sends the policy of its options, and fails where a pod could not have it', async () => {
  const answer = (how: string, why?: string) => ({
    'profile.set': { name: 'small', config: { retries: 3 }, pods: [{ pod: 'web', how, ...(why && { why }) }] },
  })
  const done = await doing(set, { args: ['local', 'small'], options: { retries: '3' } }, answer('in-place'))
  assert.equal(done.asked, [['profile.set', { profile: 'small', config: { retries: 3 }, wait: true }]])
  assert.is(done.text, 'small: retries 3\nweb has it, and its runs stay')
  const failed = await doing(set, { args: ['local', 'small'], options: {} }, answer('failed', 'it did not come up'))
  assert.is(failed.text, 'small: retries 3\nweb goes on as it was: it did not come up')
  assert.is(failed.code, 1)
  await failsWith('usage', () => doing(set, { args: ['local', 'small'], options: { retries: 'x' } }, answer('same')))
})

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run as set } from '../../../cli/commands/group-set.ts'
import { failsWith } from '../../fails.ts'
import { doing } from './doing.ts'

const answer = { name: 'web', members: { one: 1 } }

test('group set takes pods with their weights, and refuses what is none', async () => {
  const args = ['local', 'web', 'one=90', 'two=0.5']
  const { text, asked } = await doing(set, { args, options: { sticky: 'cookie' } }, { 'pod.group': answer })
  assert.equal(asked, [['pod.group', { name: 'web', members: { one: 90, two: 0.5 }, sticky: 'cookie' }]])
  assert.is(text, 'web means one=90 two=0.5')
  for (const word of ['one', 'one=', '=5', 'one=-5', 'one=many'])
    await failsWith('usage', () => doing(set, { args: ['local', 'web', word] }, { 'pod.group': answer }))
})

test.run()

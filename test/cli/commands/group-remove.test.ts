import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run as remove } from '../../../cli/commands/group-remove.ts'
import { doing } from './doing.ts'

const answer = { name: 'web', members: { one: 1 } }

test('group remove asks for a group without pods', async () => {
  const { text, asked } = await doing(remove, { args: ['local', 'web'] }, { 'pod.group': answer })
  assert.equal(asked, [['pod.group', { name: 'web', members: {} }]])
  assert.is(text, 'web means no group any more')
})

test.run()

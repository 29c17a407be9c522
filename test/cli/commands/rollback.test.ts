import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/rollback.ts'
import { failsWith } from '../../fails.ts'
import { doing, status } from './doing.ts'

test('run() goes back to what was up before', async () => {
  const { text, asked } = await doing(run, { args: ['local', 'web'] }, { 'pod.rollback': status })
  assert.match(text, /^web is up/)
  assert.equal(asked, [['pod.rollback', { name: 'web', wait: true }]])
})

test('run() goes to a version as it is shown, with the params of now if that is asked for', async () => {
  const given = { args: ['local', 'web', 'v3'], options: { 'version-only': true } as const }
  const { asked } = await doing(run, given, { 'pod.rollback': status })
  assert.equal(asked, [['pod.rollback', { name: 'web', wait: true, version: 3, versionOnly: true }]])
  await failsWith('usage', () => doing(run, { args: ['local', 'web', 'yesterday'] }))
})

test.run()

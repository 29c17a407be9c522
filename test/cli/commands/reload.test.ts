import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/reload.ts'
import { failsWith } from '../../fails.ts'
import { doing, status } from './doing.ts'

test('run() reloads, and says how the pod is then', async () => {
  const { text, asked } = await doing(run, { args: ['local', 'web'] }, { 'pod.reload': status })
  assert.match(text, /^web is up/)
  assert.equal(asked, [['pod.reload', { name: 'web', wait: true }]])
})

test('run() reloads to a version, as many runs at a time as is asked for', async () => {
  const options = { to: '3', width: '2', 'no-wait': true } as const
  const { asked } = await doing(run, { args: ['local', 'web'], options }, { 'pod.reload': status })
  assert.equal(asked, [['pod.reload', { name: 'web', wait: false, width: 2, version: 3 }]])
  await failsWith('usage', () => doing(run, { args: ['local', 'web'], options: { to: 'v3' } }))
})

test.run()

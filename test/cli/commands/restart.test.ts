import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/restart.ts'
import { doing, status } from './doing.ts'

test('run() restarts, and says how the pod is then', async () => {
  const { text, asked } = await doing(run, { args: ['local', 'web'] }, { 'pod.restart': status })
  assert.match(text, /^web is up/)
  assert.equal(asked, [['pod.restart', { name: 'web', wait: true }]])
  const early = await doing(run, { args: ['local', 'web'], options: { 'no-wait': true } }, { 'pod.restart': status })
  assert.is(early.asked[0]?.[1].wait, false)
})

test.run()

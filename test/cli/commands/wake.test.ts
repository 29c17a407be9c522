import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/wake.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { doing, status } from './doing.ts'

test('run() wakes a pod, and says how it is then', async () => {
  const { code, text, asked } = await doing(run, { args: ['local', 'web'] }, { 'pod.wake': status })
  assert.match(text, /^web is up/)
  assert.equal([code, asked], [0, [['pod.wake', { name: 'web', wait: true }]]])
  const early = await doing(run, { args: ['local', 'web'], options: { 'no-wait': true } }, { 'pod.wake': status })
  assert.is(early.asked[0]?.[1].wait, false)
})

test('run() shows the last lines of a pod that did not come up', async () => {
  const entries = [
    {
      time: '2026-11-20T10:00:00.000000000Z',
      pod: 'web',
      run: 'web.1',
      source: 'stderr',
      tags: [],
      text: 'no database',
    },
  ]
  const answers = {
    'pod.wake': new P8aError('start_failed', 'Pod "web" did not come up'),
    'pod.logs': { entries, count: 1, truncated: false },
  }
  const { code, told } = await doing(run, { args: ['local', 'web'] }, answers)
  assert.ok(code)
  assert.match(told, /did not come up[\s\S]*no database/)
})

test.run()

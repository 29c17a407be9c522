import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/stop.ts'
import { doing } from './doing.ts'

const stopped = {
  name: 'web',
  status: 'idle',
  ended: [{ run: 'web.7', reason: 'stopped', code: null, signal: 'SIGTERM', tookMs: 120 }],
}

test('run() says how the pod is, and how its runs ended', async () => {
  const { code, text, asked } = await doing(run, { args: ['local', 'web'] }, { 'pod.stop': stopped })
  assert.is(code, 0)
  assert.is(text, 'web is idle\n  web.7 stopped by SIGTERM after 120 ms')
  assert.equal(asked, [['pod.stop', { name: 'web', wait: true }]])
})

test('run() waits for nothing with --no-wait, and says what the host says', async () => {
  const answer = { name: 'web', status: 'up', ended: [], text: 'web is asked to stop' }
  const { text, asked } = await doing(
    run,
    { args: ['local', 'web'], options: { 'no-wait': true } },
    { 'pod.stop': answer },
  )
  assert.equal([text, asked[0]?.[1]], ['web is asked to stop', { name: 'web', wait: false }])
})

test.run()

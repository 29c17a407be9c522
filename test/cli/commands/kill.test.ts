import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/kill.ts'
import { doing } from './doing.ts'

test('run() kills a pod, and says how its runs ended', async () => {
  const end = { run: 'web.1', code: null, signal: 'SIGKILL', reason: 'stopped' }
  const killed = { name: 'web', status: 'idle', ended: [end] }
  const { code, text, asked } = await doing(run, { args: ['local', 'web'] }, { 'pod.stop': killed })
  assert.match(text, /^web is idle\n {2}web\.1 stopped by SIGKILL/)
  assert.equal([code, asked], [0, [['pod.stop', { name: 'web', kill: true, wait: true }]]])
})

test.run()

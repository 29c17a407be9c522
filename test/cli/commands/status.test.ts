import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/status.ts'
import { doing, status } from './doing.ts'

test('run() lists the pods of a host, and says what to do where there are none', async () => {
  const some = await doing(run, { args: ['local'] }, { 'pod.list': { pods: [status] } })
  assert.equal([some.code, some.asked], [0, [['pod.list', { usage: false, limit: 500 }]]])
  assert.match(some.lines, /web +up/)
  const none = await doing(run, { args: ['local'] }, { 'pod.list': { pods: [] } })
  assert.is(none.lines, 'No pods yet. To push one: pod push local NAME FILE\n')
  const behind = await doing(run, { args: ['local'], options: { after: 'web' } }, { 'pod.list': { pods: [] } })
  assert.is(behind.lines, 'No pods behind "web"\n')
})

test('run() shows one pod, with what it uses where that is asked for', async () => {
  const one = await doing(run, { args: ['local', 'web'], options: { usage: true } }, { 'pod.status': status })
  assert.equal(one.asked, [['pod.status', { name: 'web', usage: true }]])
  assert.match(one.text, 'serving')
  const json = await doing(run, { args: ['local', 'web'], json: true }, { 'pod.status': status })
  assert.equal(json.value, status)
})

test.run()

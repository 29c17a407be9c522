import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/sleep.ts'
import { doing, status } from './doing.ts'

const asleepSince = '2026-11-20T10:00:00.000Z'

test('run() puts a pod to sleep, and says how it is then', async () => {
  const asleep = { ...status, status: 'idle', text: `asleep since ${asleepSince}`, asleepSince }
  const { code, text, asked } = await doing(run, { args: ['local', 'web'] }, { 'pod.sleep': asleep })
  assert.match(text, /^web is idle: .*asleep since/)
  assert.equal([code, asked], [0, [['pod.sleep', { name: 'web', wait: true }]]])
})

test('run() puts all to sleep that have ports and are awake', async () => {
  const pod = (name: string, more: object) => ({ ...status, name, want: 'up', ...more })
  const pods = [
    pod('web', { config: { listen: { main: '8080' } } }),
    pod('bed', { config: { listen: { main: '8081' } }, asleepSince }),
    pod('job', { config: {} }),
  ]
  const { asked } = await doing(
    run,
    { args: ['local', 'all'], options: { 'no-wait': true } },
    { 'pod.list': { pods }, 'pod.sleep': status },
  )
  assert.equal(
    asked.filter(([method]) => method === 'pod.sleep'),
    [['pod.sleep', { name: 'web', wait: false }]],
  )
})

test.run()

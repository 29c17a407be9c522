// The handle of a pod in a run's own host: when it has ended, and what it tells.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { HostedRun } from '../../../shim/host/hosted-run.ts'

const test = suite('hosted run')
const hosted = () => new HostedRun('inner', 'web', { stop: async () => {}, call: async () => {} })

test('onChanged() tells each change of status or text once', () => {
  const pod = hosted()
  const told: unknown[] = []
  pod.on('status', (status, text) => told.push([status, text]))
  pod.onChanged('idle', '')
  pod.onChanged('up', '')
  pod.onChanged('up', '')
  pod.onChanged('up', 'ready')
  assert.equal(told, [
    ['up', ''],
    ['up', 'ready'],
  ])
})

test('ended resolves when the pod is down, and is another promise once it is up again', async () => {
  const pod = hosted()
  pod.onChanged('waiting', '')
  const first = pod.ended
  pod.onChanged('up', '')
  assert.is(pod.ended, first, 'it has been on its way up')
  pod.onChanged('error', 'gave up')
  assert.is(await first, 'error')
  pod.onChanged('up', '')
  assert.is.not(pod.ended, first)
  pod.onChanged('idle', '')
  assert.is(await pod.ended, 'idle')
})

test.run()

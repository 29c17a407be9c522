import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/remove.ts'
import { doing } from './doing.ts'

test('run() removes a pod, and says that it was stopped before', async () => {
  const idle = await doing(
    run,
    { args: ['local', 'web'] },
    { 'pod.remove': { name: 'web', removed: true, stopped: [] } },
  )
  assert.equal([idle.text, idle.asked[0]?.[1]], ['web is removed', { name: 'web', force: false }])
  const up = await doing(
    run,
    { args: ['local', 'web'], options: { force: true } },
    {
      'pod.remove': {
        name: 'web',
        removed: true,
        stopped: [{ run: 'web.7', code: 0, signal: null, reason: 'stopped' }],
      },
    },
  )
  assert.equal([up.text, up.asked[0]?.[1]], ['web is removed, and was stopped before', { name: 'web', force: true }])
})

test('run() says which pods stay that the removed one has pushed', async () => {
  const answer = { name: 'fleet', removed: true, stopped: [], left: ['fleet-engine1', 'fleet-engine2'] }
  const { text } = await doing(run, { args: ['local', 'fleet'] }, { 'pod.remove': answer })
  assert.is(
    text,
    'fleet is removed\nWhat it has pushed stays: fleet-engine1 fleet-engine2. To end that too: pod remove local fleet-engine1 fleet-engine2 --force',
  )
})

test('run() removes one run of a script', async () => {
  const answer = { name: 'job', removed: true, run: 'job.2', stopped: [] }
  const { text, asked } = await doing(
    run,
    { args: ['local', 'job'], options: { run: 'job.2' } },
    { 'pod.remove': answer },
  )
  assert.equal([text, asked[0]?.[1]], ['job.2 is removed', { name: 'job', force: false, run: 'job.2' }])
})

test.run()

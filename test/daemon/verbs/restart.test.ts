import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

test('restart() puts a run with the newest version in the place of each, with the params that were', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web', params: { a: '1' } })
  await host.push('web', { exports: ['more'] })
  const status = await host.do('pod.restart', { name: 'web' })
  assert.equal([status.status, status.version, status.params], ['up', 2, { a: '1' }])
  assert.equal(
    status.runs.map(({ id, restarts }) => [id, restarts]),
    [['web.2', 0]],
  )
  assert.ok(host.machine.shims[0]?.hasEnded)
})

test('restart() starts a pod that is idle, and fails where it does not come up', async () => {
  await using host = await Inside.open()
  await host.push('web')
  assert.is((await host.do('pod.restart', { name: 'web' })).status, 'up')
  host.machine.refusal = new Error('no more processes')
  const config = { giveUp: 'after 1' }
  await host.do('pod.stop', { name: 'web' })
  await failsWith('start_failed', () => host.do('pod.start', { name: 'web', config }))
  await failsWith('start_failed', () => host.do('pod.restart', { name: 'web' }))
})

test('restart() is no verb of a script', async () => {
  await using host = await Inside.open()
  await host.do('pod.push', { name: 'job', code: '#!/bin/sh\n', kind: 'script' })
  await failsWith('unsupported', () => host.do('pod.restart', { name: 'job' }))
})

test.run()

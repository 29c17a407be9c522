import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Inside } from '../inside/host.ts'

test('openPlace() begins anew a service whose schedule says so, as it was started last', async () => {
  let nowMs = Date.UTC(2026, 10, 20, 10) - 10
  await using host = await Inside.open({ wallMs: () => nowMs })
  await host.push('web')
  const config = { restart: 'never', schedule: { at: '* * * * *', zone: 'UTC' } } as const
  await host.do('pod.start', { name: 'web', params: { a: '1' }, config })
  host.machine.shimOf('web.1').end(0, null)
  const { supervisor } = host.kept.root.pods.get('web')
  await supervisor.until(() => !supervisor.hasRuns)
  nowMs += 60_000
  const { runs, version } = await host.becomes('web', 'up')
  assert.equal([runs[0]?.id, version, host.machine.shimOf('web.2').params], ['web.2', 1, { a: '1' }])
})

test('openPlace() forgets the schedule of a pod that is removed', async () => {
  await using host = await Inside.open()
  await host.do('pod.push', { name: 'job', code: '#!/bin/sh\n', kind: 'script' })
  await host.do('pod.start', { name: 'job', config: { schedule: { at: '0 0 1 1 *' } } })
  await host.do('pod.remove', { name: 'job', force: true })
  await host.do('pod.push', { name: 'job', code: '#!/bin/sh\n', kind: 'script' })
  assert.is((await host.status('job')).nextAt, undefined)
})

test('detach() ends all waiting, and processes go on', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web' })
  await host.leave()
  assert.not(host.machine.shimOf('web.1').hasEnded)
})

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { until } from '../../../until.ts'
import { Inside } from '../../inside/host.ts'

/** A host with the script `job`, each run of which ends where it is killed. */
async function opened(runs: number) {
  const host = await Inside.open()
  await host.do('pod.push', { name: 'job', code: '#!/bin/sh\n', kind: 'script' })
  const end = Promise.withResolvers<{ code: number }>()
  host.machine.script = () => end.promise
  await host.do('pod.scale', { name: 'job', scale: 1 })
  for (let run = 0; run < runs; run++) await host.do('pod.start', { name: 'job' })
  return { host, end: () => end.resolve({ code: 0 }) }
}

test('stopScript() ends what waits and what goes on, and says how', async () => {
  const { host, end } = await opened(2)
  await using _ = host
  const stopped = host.do('pod.stop', { name: 'job' })
  await until(() => host.said.includes('stop'), 'it is being stopped')
  end()
  const { status, ended } = await stopped
  assert.is(status, 'idle')
  assert.equal(ended.map(({ run }) => run).sort(), ['job.1', 'job.2'])
})

test('stopScript() takes a script from its schedule', async () => {
  await using host = await Inside.open()
  await host.do('pod.push', { name: 'job', code: '#!/bin/sh\n', kind: 'script' })
  await host.do('pod.start', { name: 'job', config: { schedule: { at: '0 0 * * *' } } })
  assert.is((await host.status('job')).want, 'up')
  await host.do('pod.stop', { name: 'job' })
  const { want, nextAt } = await host.status('job')
  assert.equal([want, nextAt], ['idle', undefined])
})

test('stopRuns() ends no other run than those', async () => {
  const { host, end } = await opened(2)
  await using _ = host
  const { ended } = await host.do('pod.stop', { name: 'job.2' })
  assert.equal(
    ended.map(({ run }) => run),
    ['job.2'],
  )
  const { status, up } = await host.status('job')
  assert.equal([status, up], ['up', 1])
  end()
  await host.becomes('job', 'idle')
})

test.run()

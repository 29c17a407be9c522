import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

const idsOf = async (host: Inside, params: object) => (await host.do('pod.runs', params)).runs.map(({ id }) => id)

/** A host with runs that ended well, ended badly, and go on. */
async function withRuns(): Promise<Inside> {
  const host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web' })
  host.machine.shimOf('web.1').end(1, null)
  await host.becomes('web', 'up')
  await host.do('pod.push', { name: 'job', code: '#!/bin/sh\n', kind: 'script' })
  host.machine.script = async () => ({ output: 'hello', code: 0 })
  await host.do('pod.start', { name: 'job' })
  await host.becomes('job', 'idle')
  return host
}

test('runs() has the runs of a pod, newest first, those that ended too', async () => {
  await using host = await withRuns()
  assert.equal(await idsOf(host, { name: 'web' }), ['web.2', 'web.1'])
  const { runs, total } = await host.do('pod.runs', { name: 'web' })
  assert.is(total, 2)
  assert.equal(
    runs.map(({ state, end }) => [state, end?.code]),
    [
      ['up', undefined],
      ['ended', 1],
    ],
  )
  assert.is((await idsOf(host, {})).length, 3)
})

test('runs() has those that are asked for alone', async () => {
  await using host = await withRuns()
  assert.equal(await idsOf(host, { active: true }), ['web.2'])
  assert.equal(await idsOf(host, { failed: true }), ['web.1'])
  assert.equal(await idsOf(host, { scripts: true }), ['job.1'])
  assert.equal(await idsOf(host, { scripts: true, status: 'finished' }), ['job.1'])
  assert.equal(await idsOf(host, { scripts: true, status: 'error' }), [])
  assert.equal(await idsOf(host, { since: new Date(Date.now() + 60_000).toISOString() }), [])
  assert.equal(await idsOf(host, { name: 'web', limit: 1, offset: 1 }), ['web.1'])
  assert.equal(await idsOf(host, { run: 'job.1', name: 'job.1' }), ['job.1'])
})

test('runs() refuses a pod or a run that is none', async () => {
  await using host = await withRuns()
  await failsWith('pod_not_found', () => host.do('pod.runs', { name: 'nobody' }))
  await failsWith('run_not_found', () => host.do('pod.runs', { name: 'job', run: 'job.7' }))
})

test.run()

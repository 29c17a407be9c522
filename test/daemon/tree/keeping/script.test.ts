// A pod that is a script, asked by the verbs that a service has too. Not here: its starts, status and stops.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../../fails.ts'
import { Inside } from '../../inside/host.ts'

/** A host with the script `job`, of which no run ends before `finish` is called. */
async function opened() {
  const host = await Inside.open({ settings: { keepScriptRuns: 2 } })
  const { promise, resolve } = Promise.withResolvers<{ code: number }>()
  host.machine.script = () => promise
  await host.do('pod.push', { name: 'job', code: '#!/bin/sh\n', kind: 'script' })
  return { host, keeping: host.kept.root.pods.get('job').supervisor.keeping, finish: () => resolve({ code: 0 }) }
}

test('a script is neither woken nor restarted: each start is a run of its own', async () => {
  const { host } = await opened()
  await using _ = host
  for (const method of ['pod.wake', 'pod.restart'] as const) {
    const error = await failsWith('unsupported', () => host.do(method, { name: 'job' }))
    assert.match(error.message, `Cannot ${method.slice(4)} pod "job"`)
    assert.match(error.hint ?? '', 'Start it: pod start REMOTE job; to keep it up as a service, push it with --service')
  }
})

test('onScaled() begins what waited for its turn', async () => {
  const { host, finish } = await opened()
  await using _ = host
  await host.do('pod.scale', { name: 'job', scale: 1 })
  for (const _run of [1, 2]) await host.do('pod.start', { name: 'job' })
  assert.equal([(await host.status('job')).up, (await host.status('job')).queued], [1, 1])
  const scaled = await host.do('pod.scale', { name: 'job', scale: 2 })
  assert.equal([scaled.scale, scaled.up, scaled.queued], [2, 2, 0])
  finish()
  await host.becomes('job', 'idle')
})

test('startDue() begins a run as it was asked for when it got its schedule', async () => {
  const { host, keeping, finish } = await opened()
  await using _ = host
  const asked = { params: { A: '1' }, args: ['x'], config: { schedule: { at: '0 0 1 1 *' }, timeout: 60_000 } }
  await host.do('pod.start', { name: 'job', ...asked })
  assert.equal((await host.status('job')).status, 'idle', 'it is not begun now')
  await keeping.startDue(async () => {})
  const { runs } = await host.do('pod.runs', { name: 'job' })
  assert.equal(
    runs.map(({ id, params, args }) => [id, params, args]),
    [['job.1', { A: '1' }, ['x']]],
  )
  finish()
  await host.becomes('job', 'idle')
})

test('state is up while a run goes on, and no number of runs is kept up', async () => {
  const { host, keeping, finish } = await opened()
  await using _ = host
  await host.do('pod.start', { name: 'job' })
  assert.equal([keeping.state, keeping.desiredCount, (await keeping.records()).length], ['up', 0, 1])
  assert.is(keeping.isSettled, true)
  finish()
  await host.becomes('job', 'idle')
})

test('text() says how the last run ended', async () => {
  const { host, keeping, finish } = await opened()
  await using _ = host
  await host.do('pod.start', { name: 'job' })
  finish()
  await host.becomes('job', 'idle')
  const { path, seams } = host.kept.root
  assert.match(keeping.text({ path, seams }), /^job\.1 /)
})

test('prune() keeps so many runs that are over', async () => {
  const { host, keeping, finish } = await opened()
  await using _ = host
  finish()
  for (const _run of [1, 2, 3, 4]) {
    await host.do('pod.start', { name: 'job' })
    await host.becomes('job', 'idle')
  }
  await keeping.prune()
  assert.equal(
    (await keeping.records()).map(({ id }) => id),
    ['job.4', 'job.3'],
  )
})

test('a script keeps as many records as keepScriptRuns says, and not one more', async () => {
  const { host, finish } = await opened()
  await using _ = host
  finish()
  for (const _run of [1, 2, 3, 4]) {
    await host.do('pod.start', { name: 'job' })
    await host.becomes('job', 'idle')
  }
  const { runs } = await host.do('pod.runs', { name: 'job' })
  assert.equal(
    runs.map(({ id }) => id),
    ['job.4', 'job.3'],
  )
})

test.run()

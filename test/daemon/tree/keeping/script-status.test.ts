import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { PodStatus } from '../../../../protocol/words.ts'
import { until } from '../../../until.ts'
import { Inside } from '../../inside/host.ts'

const upOf = (status: PodStatus) => status.runs[0]?.state === 'up' && status

test('scriptStatus() tells which runs go on, how many wait, and how the last one ended', async () => {
  await using host = await Inside.open()
  await host.do('pod.push', { name: 'job', code: '#!/bin/sh\n', kind: 'script' })
  const ends = [Promise.withResolvers<{ code: number }>(), Promise.withResolvers<{ code: number }>()]
  let begun = 0
  host.machine.script = () => ends[begun++]?.promise ?? { code: 0 }
  await host.do('pod.scale', { name: 'job', scale: 1 })
  await host.do('pod.start', { name: 'job' })
  await host.do('pod.start', { name: 'job' })
  const now = await until(async () => upOf(await host.status('job')), 'it goes on', { everyMs: 2 })
  assert.equal([now.kind, now.status, now.up, now.queued, now.text], ['script', 'up', 1, 1, '1 queued'])
  assert.equal(
    now.runs.map(({ id, state, version }) => [id, state, version]),
    [['job.1', 'up', 1]],
  )
  ends[0]?.resolve({ code: 3 })
  const isNext = (status: PodStatus) => status.last?.run === 'job.1' && upOf(status)
  const then = await until(async () => isNext(await host.status('job')), 'the next goes on', { everyMs: 2 })
  assert.equal([then.last?.run, then.last?.code, then.queued], ['job.1', 3, 0])
  ends[1]?.resolve({ code: 0 })
  assert.match((await host.becomes('job', 'idle')).text, /^job\.2 /)
})

test('scriptStatus() of one that never ran says nothing of a last run', async () => {
  await using host = await Inside.open()
  await host.do('pod.push', { name: 'job', code: '#!/bin/sh\n', kind: 'script' })
  const { status, text, last, up } = await host.status('job')
  assert.equal([status, text, last, up], ['idle', '', undefined, 0])
})

test.run()

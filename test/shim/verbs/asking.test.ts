// How a run asks its host for a verb while that comes and goes. Not here: what verbs there are (verbs.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { usualWindow } from '../../../protocol/channel/window.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { Asking } from '../../../shim/verbs/asking.ts'
import { failsWith } from '../../fails.ts'
import { HostThat } from './host-that.ts'

test('ask() gives what the host answers, and throws what it refuses', async () => {
  const host = new HostThat(({ method }) =>
    method === 'pod.list' ? { pods: [] } : new P8aError('forbidden', 'No', { facts: { role: 'read' } }),
  )
  const asking = new Asking(host, { patienceMs: 1000 })
  assert.equal(await asking.ask('pod.list', { path: '' }), { pods: [] })
  assert.equal((await failsWith('forbidden', () => asking.ask('pod.stop', { name: 'x' }))).facts, { role: 'read' })
  assert.equal(host.asked, [
    { method: 'pod.list', params: { path: '' } },
    { method: 'pod.stop', params: { name: 'x' } },
  ])
})

test('ask() waits for a host where there is none, and asks it once', async () => {
  const host = new HostThat(() => 'done')
  host.isGone = true
  const asking = new Asking(host, { patienceMs: 60_000 })
  const answers = Promise.all([asking.ask('pod.list', {}), asking.ask('pod.list', {})])
  await Promise.resolve()
  assert.equal([host.asked.length, host.presents], [0, 1], 'all who wait are one question to the link')
  host.back()
  assert.equal(await answers, ['done', 'done'])
  assert.is(host.asked.length, 2)
})

test('ask() gives up where no host comes in time, or the signal is aborted', async () => {
  const host = new HostThat(() => 'done')
  host.isGone = true
  await failsWith('host_gone', () => new Asking(host, { patienceMs: 10 }).ask('pod.list', {}))
  const giving = new AbortController()
  const asked = failsWith('aborted', () =>
    new Asking(host, { patienceMs: 60_000 }).ask('pod.list', {}, { signal: giving.signal }),
  )
  giving.abort()
  await asked
  await failsWith('aborted', () => new Asking(host, { patienceMs: 1 }).ask('x', {}, { signal: AbortSignal.abort() }))
  assert.is(host.asked.length, 0)
})

test('stream() yields what the host tells before its answer, and throws what it ends with', async () => {
  const host = new HostThat(async function* () {
    yield 1
    yield 2
    throw new P8aError('host_gone', 'It is gone')
  })
  const seen: unknown[] = []
  await failsWith('host_gone', async () => {
    const asking = new Asking(host, { patienceMs: 1000 })
    for await (const value of asking.stream('host.watch', {}, { takes: usualWindow })) seen.push(value)
  })
  assert.equal(seen, [1, 2])
})

test.run()

// Quotas in a host without processes of its own; what becomes of real runs, of memory and of queues: e2e/tenants.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hashOf } from '../../../daemon/image/store.ts'
import { parseParams } from '../../../daemon/verbs/params.ts'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

const path = 'team'
const code = 'export default () => {}\n'

async function opened(): Promise<Inside> {
  const host = await Inside.open()
  await host.mount(path)
  return host
}

/** Without asking the pod that the host at the path belongs to. */
const begin = async (host: Inside, name: string) => {
  const signal = new AbortController().signal
  const by = { name: 'local', role: 'admin', path: '' } as const
  return await host.verbs.doOwn('pod.start', parseParams('pod.start', { path, name }), { signal, by })
}

const usedOf = async (host: Inside, of = '') => {
  const { quotas } = await host.do('quota.list', { path: of })
  return quotas.map(({ path, bounds, used }) => [path, bounds, { pods: used.pods, runs: used.runs }])
}

test('a path with a quota has no more pods than that, however many ask at once, and others have as many as they like', async () => {
  await using host = await opened()
  assert.equal(await host.do('quota.set', { tenant: path, bounds: { pods: 2 } }), { path, bounds: { pods: 2 } })
  const pushed = await Promise.allSettled(['a', 'b', 'c', 'd'].map(name => host.do('pod.push', { path, name, code })))
  assert.is(pushed.filter(({ status }) => status === 'fulfilled').length, 2)
  const refused = await failsWith('quota_exceeded', () => host.do('pod.push', { path, name: 'more', code }))
  assert.match(refused.message, 'Cannot push pod "more": "team" may have 2 pods, and has 2; this would be 1 more')
  const [one = ''] = (await host.do('pod.list', { path })).pods.map(({ name }) => name)
  await host.do('pod.push', { path, name: one, code: `${code}\n` })
  await host.push('beside')
  await host.do('pod.remove', { path, name: one })
  await host.do('pod.push', { path, name: 'more', code })
  assert.equal(await usedOf(host), [[path, { pods: 2 }, { pods: 2, runs: 0 }]])
})

test('a worker for whose queue a quota has no room is told that it needs one, which is a pod and a run', async () => {
  await using host = await opened()
  await host.do('pod.push', { path, name: 'mail', code: `export const config = { kind: 'worker' }\n${code}` })
  const refusedAs = async (bounds: object, why: string) => {
    await host.do('quota.set', { tenant: path, bounds })
    const { message, facts } = await failsWith('quota_exceeded', () => begin(host, 'mail'))
    assert.is(message, `There is no queue for workers, which needs a pod and a run of its own: ${why}`)
    assert.is(facts.pod, 'queue')
  }
  await refusedAs({ pods: 1 }, 'Cannot push pod "queue": "team" may have 1 pod, and has 1; this would be 1 more')
  await refusedAs(
    { pods: null, runs: 0 },
    'Cannot run pod "queue": "team" may have 0 runs, and has 0; this would be 1 more',
  )
})

test('a path with a quota has no more runs than that, by a start, a scale or a script, asleep or not', async () => {
  await using host = await opened()
  await host.do('quota.set', { tenant: path, bounds: { runs: 3 } })
  for (const name of ['web', 'api']) await host.do('pod.push', { path, name, code })
  await host.do('pod.start', { path, name: 'web', config: { scale: 2 } })
  const refused = await failsWith('quota_exceeded', () => host.do('pod.scale', { path, name: 'web', scale: 4 }))
  assert.match(refused.message, 'Cannot run pod "web": "team" may have 3 runs, and has 2; this would be 2 more')
  await host.do('pod.start', { path, name: 'api' })
  await host.do('pod.push', { path, name: 'job', code: '#!/bin/sh\nexit 0\n' })
  await failsWith('quota_exceeded', () => host.do('pod.start', { path, name: 'job' }))
  await host.do('pod.scale', { path, name: 'web', scale: 1 })
  await host.do('pod.restart', { path, name: 'web' })
  await host.do('pod.reload', { path, name: 'api' })
  assert.equal(await usedOf(host), [[path, { runs: 3 }, { pods: 3, runs: 2 }]])
  await host.do('pod.push', { path, name: 'bed', code })
  await host.do('pod.start', { path, name: 'bed', config: { listen: 'unix' }, asleep: true })
  await failsWith('quota_exceeded', () => host.do('pod.scale', { path, name: 'web', scale: 2 }))
})

test('a quota that is lowered ends nothing, and lets nothing grow; the next host has it too', async () => {
  const host = await opened()
  for (const name of ['web', 'api']) await host.do('pod.push', { path, name, code })
  await host.do('pod.start', { path, name: 'web', config: { scale: 3 } })
  await host.do('quota.set', { tenant: path, bounds: { runs: 1, pods: 1 } })
  await host.do('pod.restart', { path, name: 'web' })
  await host.do('pod.scale', { path, name: 'web', scale: 2 })
  await failsWith('quota_exceeded', () => host.do('pod.start', { path, name: 'api' }))
  await host.leave()
  await using next = await Inside.open({ after: host })
  assert.equal(await usedOf(next), [[path, { pods: 1, runs: 1 }, { pods: 2, runs: 2 }]])
  await failsWith('quota_exceeded', () => begin(next, 'api'))
  await next.do('quota.set', { tenant: path, bounds: { runs: null, pods: null } })
  assert.equal(await usedOf(next), [])
  await begin(next, 'api')
})

test('images count with their bytes, once for each hash, and a version that goes makes room', async () => {
  await using host = await opened()
  const large = (of: string) => `${code}// ${of.repeat(1000)}`
  const bytes = Buffer.byteLength(large('a'))
  await host.do('quota.set', { tenant: path, bounds: { images: bytes * 2 } })
  await host.do('pod.push', { path, name: 'web', code: large('a') })
  await host.do('pod.push', { path, name: 'same', code: large('a') })
  await host.do('pod.push', { path, name: 'web', code: large('b') })
  const refused = await failsWith('quota_exceeded', () => host.do('pod.push', { path, name: 'web', code: large('c') }))
  assert.match(refused.message, /"team" may have .* of images, and has /)
  assert.is((await host.do('quota.list', {})).quotas[0]?.used.images, bytes * 2)
  assert.is((await host.do('image.list', { path })).images.length, 2, 'what was refused is not kept')
  await host.do('pod.remove', { path, name: 'same' })
  await host.do('image.prune', { path, keep: 1 })
  await host.do('pod.push', { path, name: 'web', code: large('c') })
})

test('what was sent for pushes that do not come is bounded as well', async () => {
  const { createHash } = await import('node:crypto')
  await using host = await opened()
  await host.do('quota.set', { tenant: path, bounds: { images: 1000 } })
  const send = async (text: string) => {
    const hash = createHash('sha256').update(text).digest('hex')
    await host.do('pod.push.files', { path, files: [{ hash, data: Buffer.from(text).toString('base64') }] })
  }
  await send('a'.repeat(600))
  await send('a'.repeat(600))
  await failsWith('quota_exceeded', () => send('b'.repeat(600)))
  await send('c'.repeat(400))
})

test('a part of a file counts as the whole of it, also where it is said to be larger than before', async () => {
  await using host = await opened()
  await host.do('quota.set', { tenant: path, bounds: { images: 1000 } })
  const data = Buffer.from('part').toString('base64')
  const send = async (text: string, size: number, offset = 0) =>
    await host.do('pod.push.files', { path, files: [{ hash: hashOf(text), data, offset, size }] })
  await send('a', 600)
  await send('a', 600, 4)
  await failsWith('quota_exceeded', () => send('a', 1001, 8))
  await send('a', 900, 8)
  await failsWith('quota_exceeded', () => send('b', 101))
  await send('b', 100)
})

test('nobody sets a quota of their own path, and those within count for it as well', async () => {
  await using host = await opened()
  for (const tenant of ['', 'No Name', '.team', 'team..tools'])
    await failsWith('bad_name', () => host.do('quota.set', { path, tenant, bounds: { pods: 9 } }))
  await host.do('quota.set', { tenant: path, bounds: { pods: 2 } })
  await host.do('quota.set', { path, tenant: 'tools', bounds: { pods: 9 } })
  assert.equal(
    (await usedOf(host, path)).map(([of]) => of),
    ['team', 'team.tools'],
  )
  await host.do('pod.push', { path, name: 'tools', code })
  await host.do('pod.start', { path, name: 'tools' })
  const { runs } = await host.do('pod.status', { path, name: 'tools' })
  await host.machine.shimOf(runs[0]?.id ?? '').mount('team.tools', [])
  await host.do('pod.push', { path: 'team.tools', name: 'one', code })
  const refused = await failsWith('quota_exceeded', () =>
    host.do('pod.push', { path: 'team.tools', name: 'two', code }),
  )
  assert.is(refused.facts.quota, 'team')
})

test.run()

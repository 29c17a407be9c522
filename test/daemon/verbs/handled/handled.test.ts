import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../../fails.ts'
import { Inside } from '../../inside/host.ts'

const path = 'lab'

test('doHandled() lets the root do what the owner does not handle', async () => {
  await using host = await Inside.open()
  await host.mount(path)
  await host.do('pod.push', { path, name: 'web', code: 'export default () => {}' })
  assert.is((await host.do('pod.start', { path, name: 'web' })).status, 'up')
  assert.equal(
    (await host.do('pod.list', { path })).pods.map(({ name, path: of }) => [name, of]),
    [['web', path]],
  )
})

test('doHandled() does not do with a pod of the owner what the owner does not handle, and says what it does', async () => {
  await using host = await Inside.open()
  await host.mount(path, { handles: ['status', 'start'] })
  const error = await failsWith('unsupported', () => host.do('pod.stop', { path, name: 'web.7' }))
  assert.equal(
    [error.message, error.hint],
    ['The host at "lab" does not offer stop of pod "web.7"', 'It has no handler "stop". It offers: status, start'],
  )
  const stop = await failsWith('unsupported', () => host.do('host.stop', { path }))
  assert.match(stop.message, 'does not offer stop of itself')
})

test('doHandled() lets the root do nothing for an owner that refuses what it does not handle', async () => {
  await using host = await Inside.open()
  const lab = await host.mount(path, { handles: ['push'], others: 'refuse' })
  lab.functions = { push: () => 'kept' }
  await host.do('pod.push', { path, name: 'web', code: '' })
  for (const method of ['pod.reload', 'pod.env', 'pod.status', 'pod.commands'] as const) {
    const error = await failsWith('unsupported', () => host.do(method, { path, name: 'web' }))
    assert.match(error.hint ?? '', `It has no handler "${method.slice(4)}". It offers: push`)
  }
  for (const method of ['pod.list', 'pod.logs', 'pod.usage', 'host.watch'] as const)
    await failsWith('unsupported', () => host.do(method, { path }))
  assert.equal(await host.do('pod.push.missing', { path, hashes: [] }), { missing: [], begun: {} })
  assert.is((await host.do('host.info', { path })).path, path)
  await lab.mount(path, ['list'], { others: 'refuse' })
  await failsWith('unsupported', () => host.do('pod.push.missing', { path, hashes: [] }))
})

test('doHandled() fails where no run of the owner is there', async () => {
  await using host = await Inside.open()
  const lab = await host.mount(path, { handles: ['status'] })
  lab.end(1, null)
  await host.kept.root.pods.get(path).supervisor.until(() => host.kept.root.pods.get(path).supervisor.state !== 'up')
  await failsWith('host_gone', () => host.do('pod.status', { path, name: 'web' }))
})

test('doHandled() counts the hosts on the way, and ends a circle', async () => {
  await using host = await Inside.open({ settings: { maxHops: 3 } })
  const lab = await host.mount(path, { handles: ['status'] })
  const hops: number[] = []
  lab.functions = {
    status: (_name: string, how: { hops: number }) => {
      hops.push(how.hops)
      return { status: 'up' }
    },
  }
  await host.do('pod.status', { path, name: 'web', hops: 2 })
  assert.equal(hops, [3])
  const error = await failsWith('host_loop', () => host.do('pod.status', { path, name: 'web', hops: 3 }))
  assert.equal(error.facts, { path, hops: 3, limit: 3 })
})

test('doHandled() tells whoever watches the host after a verb that changes pods, also where it failed', async () => {
  await using host = await Inside.open()
  const lab = await host.mount(path, { handles: ['start', 'status'] })
  let told = 0
  host.kept.hosts.get(path).mounts.watch(() => told++)
  lab.functions = { start: () => null, status: () => ({ status: 'up' }) }
  await host.do('pod.status', { path, name: 'web' })
  assert.is(told, 0)
  await host.do('pod.start', { path, name: 'web' })
  assert.is(told, 1)
  lab.functions = {}
  await failsWith('function_not_found', () => host.do('pod.start', { path, name: 'web' }))
  assert.is(told, 2)
})

test.run()

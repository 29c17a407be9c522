import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { PodChange } from '../../../protocol/changes.ts'
import { failsWith } from '../../fails.ts'
import { until } from '../../until.ts'
import { Inside } from '../inside/host.ts'

async function opened() {
  const host = await Inside.open()
  for (const name of ['one', 'two', 'other']) await host.push(name)
  return host
}

const groupsOf = async (host: Inside, name: string) => (await host.do('pod.status', { name })).groups

test('group() sets what share each of its pods has, tells it in their status, and keeps it for the next host', async () => {
  const host = await opened()
  const set = await host.do('pod.group', {
    name: 'web',
    members: { one: 90, two: 10 },
    sticky: 'cookie',
    route: 'a.test',
  })
  assert.equal(set, { name: 'web', members: { one: 90, two: 10 } })
  const membership = { name: 'web', weight: 10, sticky: 'cookie', route: [{ at: 'a.test' }] }
  assert.equal(await groupsOf(host, 'two'), [membership])
  assert.is(await groupsOf(host, 'other'), undefined)
  await host.do('pod.group', { name: 'web', members: { one: 1, two: 1 } })
  await host.leave()
  await using next = await Inside.open({ after: host })
  assert.equal(await groupsOf(next, 'two'), [{ name: 'web', weight: 1 }])
  await next.do('pod.group', { name: 'web', members: {} })
  assert.is(await groupsOf(next, 'two'), undefined)
  await failsWith('pod_not_found', () => next.do('pod.group', { name: 'web', members: {} }))
})

test('group() keeps members whose names every object has, also for the next host', async () => {
  const host = await Inside.open()
  const members = { constructor: 1, prototype: 3 }
  for (const name of Object.keys(members)) await host.push(name)
  assert.equal(await host.do('pod.group', { name: 'web', members }), { name: 'web', members })
  await host.leave()
  await using next = await Inside.open({ after: host })
  assert.equal(await groupsOf(next, 'constructor'), [{ name: 'web', weight: 1 }])
  assert.equal(await groupsOf(next, 'prototype'), [{ name: 'web', weight: 3 }])
})

test('group() refuses weights of zero in total, unknown pods, names of other pods, and scripts', async () => {
  await using host = await opened()
  await host.do('pod.push', { name: 'job', code: '#!/bin/sh\n' })
  const set = (name: string, members: Record<string, number>) => host.do('pod.group', { name, members })
  await failsWith('bad_params', () => set('web', { one: 0, two: 0 }))
  await failsWith('pod_not_found', () => set('web', { one: 1, none: 1 }))
  await failsWith('pod_exists', () => set('other', { one: 1 }))
  await failsWith('bad_name', () => set('No Name', { one: 1 }))
  await failsWith('unsupported', () => set('web', { job: 1 }))
  assert.equal(await set('other', { other: 1, one: 0 }), { name: 'other', members: { other: 1, one: 0 } })
})

test('calls to a group come to its pods exactly as their weights say, and as other ones say from the next call on', async () => {
  await using host = await Inside.open()
  host.machine.onShim = shim => {
    shim.functions = { ask: () => 1 }
  }
  for (const name of ['one', 'two']) {
    await host.push(name, { exports: ['ask'] })
    await host.do('pod.start', { name })
  }
  const countOf = async (members: Record<string, number>) => {
    await host.do('pod.group', { name: 'web', members })
    const came: string[] = []
    for (let at = 0; at < 20; at++) came.push((await host.do('pod.call', { name: 'web', fn: 'ask', args: [] })).run)
    return came.filter(run => run === 'two.1').length
  }
  assert.equal([await countOf({ one: 90, two: 10 }), await countOf({ one: 1, two: 3 })], [2, 15])
  assert.is(await countOf({ one: 0, two: 1 }), 20)
})

test('leaveGroups() takes a removed pod out of its groups, and ends those that are left without a weight', async () => {
  await using host = await opened()
  await host.do('pod.group', { name: 'web', members: { one: 1, two: 0 } })
  await host.do('pod.group', { name: 'all', members: { one: 1, other: 1 } })
  await host.do('pod.remove', { name: 'one' })
  assert.is(await groupsOf(host, 'two'), undefined)
  assert.equal(await groupsOf(host, 'other'), [{ name: 'all', weight: 1 }])
})

test('a watcher is told of groups as of any change of a pod', async () => {
  await using host = await opened()
  const told: unknown[] = []
  const over = new AbortController()
  const send = async (changes: PodChange[]) => {
    for (const change of changes) if ('pod' in change) told.push([change.type, change.name, change.pod.groups])
  }
  const watching = host.do('host.watch', {}, { send, signal: over.signal })
  await until(() => host.kept.root.pods.find('other'), 'it watches')
  await host.do('pod.group', { name: 'web', members: { one: 90, two: 10 } })
  await until(() => told.length === 2, 'it is told')
  over.abort()
  await watching
  assert.equal(told, [
    ['changed', 'one', [{ name: 'web', weight: 90 }]],
    ['changed', 'two', [{ name: 'web', weight: 10 }]],
  ])
})

test.run()

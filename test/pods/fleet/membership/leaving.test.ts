// How a host leaves its fleet, on a root that is none. Not here: real hosts, and an engine that has cut one off (e2e/fleet.test.ts).
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Hub } from '../../../../pods/fleet/embedded/hub.ts'
import { Member } from '../../../../pods/fleet/member.ts'
import { init } from '../../../../pods/fleet/membership/entering.ts'
import { leave } from '../../../../pods/fleet/membership/leaving.ts'
import { Membership } from '../../../../pods/fleet/membership/membership.ts'
import { textOf } from '../../../../pods/fleet/membership/status.ts'
import { readRecord, writeRecord } from '../../../../pods/fleet/records.ts'
import { type FleetSettings, readSettings } from '../../../../pods/fleet/settings.ts'
import { errorOf } from '../../../fails.ts'
import { scratch } from '../../../scratch.ts'
import { until } from '../../../until.ts'
import { FakeRoot } from '../fake-root.ts'
import { entered, record, slow } from '../joined.ts'

const test = suite('leaving a fleet')

test('leave() is over also where the engine does not say that the host is forgotten, and tells so', async () => {
  using at = scratch()
  const { membership, root, state } = await entered(new Hub(), at.dir)
  const { del } = state
  state.del = async (key, rev) =>
    key === 'host.a' ? { ok: false, why: 'unknown', message: 'There was no answer' } : await del(key, rev)
  assert.equal(await leave(membership), { host: 'a', ghost: 'There was no answer', wasRefused: false })
  assert.match(textOf(membership.current), /in no fleet/)
  assert.is(await readSettings(root.p8a.storage), undefined)
})

test('leave() removes what an engine within the host has kept', async () => {
  using at = scratch()
  const root = new FakeRoot(at.dir)
  const { p8a } = root
  const open = async (settings: FleetSettings) => await Member.open({ p8a, settings, times: slow, path: 'fleet' })
  const membership = new Membership({ p8a, open })
  await init(membership, { host: 'a', tags: [] }, { kind: 'embedded' })
  await membership.member().engine.blobs.put('f'.repeat(64), ReadableStream.from([Buffer.from('image')]))
  const kept = ['engine.json', 'blobs', 'fleet.json'].map(name => join(p8a.storage, name))
  assert.ok(kept.every(file => existsSync(file)))
  await leave(membership)
  assert.equal(
    kept.filter(file => existsSync(file)),
    [],
  )
})

test('leave() is not held up by others, or by pods, at an engine that was made anew', async () => {
  using at = scratch()
  const hub = new Hub()
  const { membership } = await entered(hub, at.dir)
  const own = await until(() => readRecord('host', hub.values.get('host.a')?.value ?? Buffer.from('')), 'it beats')
  hub.set('host.b', writeRecord('host', { ...own, name: 'b', id: 'b-id' }))
  hub.set('pod.web', writeRecord('pod', { ...record, name: 'web' }))
  const { tables } = membership.member()
  await until(() => tables.hosts.size === 2 && tables.pods.size === 1, 'all is known')
  assert.match((await errorOf(async () => await leave(membership))).message, /Cannot leave: 1 pods/)
  hub.set('fleet', writeRecord('fleet', { v: 1, id: 'another', atMs: 0 }))
  await until(() => membership.member().isStrange, 'it is another one')
  assert.equal(await leave(membership), { host: 'a', ghost: '', wasRefused: false })
  assert.match(textOf(membership.current), /in no fleet/)
})

test('a host that leaves while it tells of a pod leaves nothing of that behind', async () => {
  using at = scratch()
  const hub = new Hub()
  const { membership, root, state } = await entered(hub, at.dir)
  const { put, del } = state
  const taken = Promise.withResolvers<void>()
  let isTold = false
  state.put = async (key, value, rev) => {
    if (key === 'report.a.web') isTold = true
    if (isTold) await taken.promise
    return await put(key, value, rev)
  }
  // It is done, and its answer is lost.
  state.del = async (key, rev) => {
    const outcome = await del(key, rev)
    return key === 'host.a' ? { ok: false, why: 'unknown', message: 'There was no answer' } : outcome
  }
  hub.set('pod.web', writeRecord('pod', { ...record, name: 'web' }))
  root.has('web')
  await until(() => isTold, 'it is being told')
  const leaving = leave(membership)
  setImmediate(taken.resolve)
  assert.equal(await leaving, { host: 'a', ghost: '', wasRefused: false })
  assert.equal([...hub.values.keys()].sort(), ['fleet', 'pod.web'])
})

test.run()

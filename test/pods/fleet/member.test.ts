// A member of a fleet in the process of the test, on a root that is none: what it does where its engine is not there.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Asked } from 'p8a'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedEngine } from '../../../pods/fleet/embedded/engine.ts'
import type { Faults } from '../../../pods/fleet/embedded/faults.ts'
import { Hub } from '../../../pods/fleet/embedded/hub.ts'
import { checkFleet } from '../../../pods/fleet/engines.ts'
import { Member } from '../../../pods/fleet/member.ts'
import { Membership } from '../../../pods/fleet/membership.ts'
import { type PodRecord, type Report, readRecord, writeRecord } from '../../../pods/fleet/records.ts'
import { type FleetSettings, readSettings, writeInvite } from '../../../pods/fleet/settings.ts'
import { TestNats } from '../../nats.ts'
import { needs } from '../../needs.ts'
import { scratch } from '../../scratch.ts'
import { until } from '../../until.ts'
import { FakeRoot } from './fake-root.ts'

const test = suite('member')
const withNats = needs(test, 'nats-server')

/** As they are, for hosts that nobody is to take for dead. */
const slow = { beatMs: 100, fenceMs: 60_000, deadMs: 120_000 }

type Joining = { name: string; dir: string; tags?: string[]; faults?: Partial<Faults> }

const image = {
  ...{ version: 1, blob: 'blob', hash: 'hash', size: 1, exports: [], kind: 'service' },
  at: '',
  by: '',
  own: {},
}
/** Of a pod that is up on the host a. */
const record: Omit<PodRecord, 'name'> = {
  ...{ v: 1, images: [image], want: 'up', turn: 1, how: 'restart', version: 1, params: {}, config: {}, scale: 1 },
  ...{ tags: [], isPacked: false, isExclusive: false, memory: 0, assigned: { a: 1 }, holder: '', waits: '' },
}

const report: Report = {
  ...{ status: 'up', text: '', turn: 1, up: 1, version: 1, restarts: 0, failed: '', runs: [] },
}

const times = { beatMs: 100, fenceMs: 300, deadMs: 2300 }

withNats('an engine that connects and does nothing more keeps no host from ending what is exclusive', async () => {
  await using nats = await TestNats.open({ hasStreams: false })
  using at = scratch()
  const root = new FakeRoot(at.dir)
  root.has('only', { exclusive: true })
  root.has('web')
  const engine = { kind: 'nats', servers: nats.urls, replicas: 1 } as const
  const settings: FleetSettings = { v: 1, fleet: 'f', host: 'a', hostId: 'a-id', tags: [], engine }
  const member = await Member.open({ p8a: root.p8a, settings, times, path: 'fleet' })
  try {
    await until(() => root.asked.includes('stop only'), 'it is ended')
    assert.not.ok(root.asked.includes('stop web'), 'what is not exclusive goes on')
    assert.not.ok(member.engine.isUp)
  } finally {
    await member.end()
  }
})

withNats(
  'a fleet is not begun at an engine that does not do what it has to: it is said in time, and another can be begun',
  async () => {
    await using nats = await TestNats.open({ hasStreams: false })
    using at = scratch()
    const root = new FakeRoot(at.dir)
    const open = async (settings: FleetSettings) => {
      const member = await Member.open({ p8a: root.p8a, settings, times, path: 'fleet' })
      // However slow the machine is: the time to join begins once the engine has refused.
      if (settings.engine.kind === 'nats') await until(() => /jetstream/i.test(member.engine.problem), 'it is refused')
      return member
    }
    const options = { p8a: root.p8a, open, joinMs: 200 }
    const membership = new Membership(options)
    const failed = await membership
      .init({ host: 'a', tags: [] }, { kind: 'nats', servers: nats.urls, replicas: 1 })
      .catch(error => error)
    assert.match(failed.message, /Cannot reach the engine: .*jetstream/i)
    assert.is(failed.code, 'fleet_unavailable')
    options.joinMs = 60_000
    const begun = await membership.init({ host: 'a', tags: [] }, { kind: 'embedded' })
    assert.is(begun.host, 'a')
    await membership.end()
  },
)

/** A host of a fleet that begins with the first one. */
async function joined(hub: Hub, { name, dir, tags = [], faults = {} }: Joining) {
  const root = new FakeRoot(join(dir, name))
  mkdirSync(join(dir, name), { recursive: true })
  const settings: FleetSettings = {
    v: 1,
    fleet: 'f',
    host: name,
    hostId: `${name}-id`,
    tags,
    engine: { kind: 'embedded' },
  }
  const engine = new EmbeddedEngine(hub, faults)
  await checkFleet(engine, { id: 'f', isNew: true })
  const member = await Member.open({ p8a: root.p8a, settings, times: slow, path: 'fleet' }, engine)
  return { root, member, engine, [Symbol.asyncDispose]: async () => await member.end() }
}

/** The host a as a member of the fleet f, with what its engine is asked. */
async function entered(hub: Hub, dir: string) {
  hub.set('fleet', writeRecord('fleet', { v: 1, id: 'f', atMs: 0 }))
  const root = new FakeRoot(dir)
  const engine = new EmbeddedEngine(hub)
  const open = async (settings: FleetSettings) =>
    await Member.open({ p8a: root.p8a, settings, times: slow, path: 'fleet' }, engine)
  const membership = new Membership({ p8a: root.p8a, open })
  await membership.join(writeInvite({ fleet: 'f', engine: { kind: 'embedded' } }), { host: 'a', tags: [] })
  return { membership, root, state: engine.state }
}

test('a host with more to tell than a value may have is heard, pod by pod, and what is gone from it is told', async () => {
  using at = scratch()
  const hub = new Hub()
  await using a = await joined(hub, { name: 'a', dir: at.dir, faults: { reset: 0.05 } })
  await using b = await joined(hub, { name: 'b', dir: at.dir })
  const names = Array.from({ length: 300 }, (_, at) => `web${at}`)
  for (const name of names) {
    hub.set(`pod.${name}`, writeRecord('pod', { ...record, name }))
    a.root.has(name, { text: 'it does what it does '.repeat(50) })
  }
  const podsOf = (name: string) => Object.keys(b.member.tables.hosts.get(name)?.record.pods ?? {}).length
  await until(() => podsOf('a') === names.length, 'all of them are told')
  const before = b.member.tables.hosts.get('a')?.record.beat ?? 0
  await until(() => (b.member.tables.hosts.get('a')?.record.beat ?? 0) > before + 2, 'it goes on to beat')
  assert.ok(b.member.isAlive('a'))
  assert.is(a.member.silence, '')
  hub.set('pod.web7', undefined)
  await until(() => podsOf('a') === names.length - 1, 'that it is gone is told')
})

test('a host that cannot be heard says why, where it is looked for', async () => {
  using at = scratch()
  const tags = Array.from({ length: 2000 }, (_, at) => `a-tag-that-is-as-long-as-this-one-${at}`)
  await using a = await joined(new Hub(), { name: 'a', dir: at.dir, tags })
  await until(() => a.member.silence !== '', 'it is known')
  assert.match(a.member.silence, /not heard by its fleet: host\.a is too large: it has \d+ bytes, and may have 65536/)
  assert.ok(a.root.logged.includes(a.member.silence))
})

test('a host whose name another one has leaves what that one tells as it is', async () => {
  using at = scratch()
  const hub = new Hub()
  await using a = await joined(hub, { name: 'a', dir: at.dir })
  hub.set('pod.web', writeRecord('pod', { ...record, name: 'web' }))
  a.root.has('web')
  await until(() => hub.values.has('report.a.web'), 'it is told')
  const root = new FakeRoot(at.dir)
  const settings = { ...a.member.settings, hostId: 'another' }
  const second = await Member.open({ p8a: root.p8a, settings, times: slow, path: 'fleet' }, new EmbeddedEngine(hub))
  await until(() => second.nameProblem !== '', 'it is refused')
  await second.end()
  assert.ok(hub.values.has('report.a.web'))
})

test('a call that a run had when it ended is done by no other one; what no run had is done elsewhere', async () => {
  using at = scratch()
  const hub = new Hub()
  await using a = await joined(hub, { name: 'a', dir: at.dir, faults: { mostBytes: 1000 } })
  await using b = await joined(hub, { name: 'b', dir: at.dir, faults: { mostBytes: 1000 } })
  hub.set('pod.web', writeRecord('pod', { ...record, name: 'web', scale: 2, assigned: { a: 1, b: 1 } }))
  for (const { root } of [a, b]) root.has('web')
  const isUp = (name: string) => a.member.tables.hosts.get(name)?.record.pods.web?.up === 1
  await until(() => isUp('a') && isUp('b'), 'both are known to have it')
  const ended = (delivered: boolean) => async () => {
    throw Object.assign(new Error('the run ended'), { code: 'pod_not_up', facts: { delivered } })
  }
  const call = async (arg = '') => {
    b.root.asked.length = 0
    const asked = { signal: new AbortController().signal } as Asked
    const value = await Promise.resolve(a.root.handlers[0]?.call?.('web', 'fn', [arg], asked)).catch(({ code }) => code)
    return [value, b.root.asked.includes('pod.call web') ? 'there' : 'here']
  }
  b.root.call = async () => 'from b'
  a.root.call = ended(true)
  assert.equal(await call(), ['outcome_unknown', 'here'])
  a.root.call = ended(false)
  assert.equal(await call(), ['from b', 'there'])
  b.root.call = ended(true)
  assert.equal(await call(), ['outcome_unknown', 'there'])
  const large = 'x'.repeat(10_000)
  b.root.call = async () => large
  assert.equal(await call(), [large, 'there'])
  assert.equal(await call('x'.repeat(1000)), ['too_large', 'here'])
})

test('what a pod of another host yields comes value by value, as it is taken, and ends there once it is left', async () => {
  using at = scratch()
  const hub = new Hub()
  await using a = await joined(hub, { name: 'a', dir: at.dir, faults: { mostBytes: 1000 } })
  await using b = await joined(hub, { name: 'b', dir: at.dir })
  hub.set('pod.web', writeRecord('pod', { ...record, name: 'web', assigned: { b: 1 } }))
  b.root.has('web')
  await until(() => a.member.tables.hosts.get('b')?.record.pods.web?.up === 1, 'it is known to have it')
  const call = async () => {
    const { signal } = new AbortController()
    return (await a.root.handlers[0]?.call?.('web', 'fn', [], { signal } as Asked)) as AsyncIterable<unknown>
  }
  let made = 0
  let isOver = false
  b.root.call = async () =>
    (async function* () {
      try {
        for (; ; made++) yield made % 2 === 0 ? made : new Uint8Array([made % 256])
      } finally {
        isOver = true
      }
    })()
  const taken: unknown[] = []
  for await (const value of await call()) {
    taken.push(value)
    assert.ok(made <= taken.length + 50, `${made} values for ${taken.length}`)
    if (taken.length === 200) break
  }
  assert.equal(
    taken.map(value => (value instanceof Uint8Array ? value[0] : value)),
    Array.from({ length: 200 }, (_, at) => at),
  )
  await until(() => isOver, 'it ends where it is made')
  const failing = async () =>
    (async function* () {
      yield 1
      throw Object.assign(new Error('half'), { code: 'call_failed' })
    })()
  b.root.call = failing
  const some: unknown[] = []
  const failure = await (async () => {
    for await (const value of await call()) some.push(value)
  })().catch(error => error)
  assert.equal([some, failure?.message, failure?.code], [[1], 'half', 'call_failed'])
  b.root.call = async () => (async function* () {})()
  for await (const _ of await call()) assert.unreachable()
})

test('a host that is refused as it joins leaves nothing in the fleet', async () => {
  using at = scratch()
  const hub = new Hub()
  // Slow enough for a beat to be under way while it is refused.
  const engine = new EmbeddedEngine(hub, { delayMs: 50 })
  const root = new FakeRoot(at.dir)
  const open = async (settings: FleetSettings) =>
    await Member.open({ p8a: root.p8a, settings, times: slow, path: 'fleet' }, engine)
  const membership = new Membership({ p8a: root.p8a, open })
  const invite = writeInvite({ fleet: 'f', engine: { kind: 'embedded' } })
  const failed = await membership.join(invite, { host: 'a', tags: [] }).catch(error => error)
  assert.match(failed.message, /has no fleet f/)
  assert.ok(hub.last > 0, 'it has beaten')
  assert.equal([...hub.values.keys()], [])
})

test('forget() takes a host that is gone out of the fleet, with all that it told; one that is alive, or that is asked, stays', async () => {
  using at = scratch()
  const hub = new Hub()
  await using b = await joined(hub, { name: 'b', dir: at.dir })
  const { membership } = await entered(hub, at.dir)
  const { tables } = membership.member()
  const codeOf = async (host: string) =>
    await membership.forget(host).then(
      () => 'done',
      error => error.message,
    )
  assert.match(await codeOf('x'), /no host "x"/)
  assert.match(await codeOf('a'), /the host that is asked/)
  await until(() => tables.hosts.has('b'), 'it is known')
  assert.match(await codeOf('b'), /it is alive/)
  await b.member.end()
  const dead = readRecord('host', hub.values.get('host.b')?.value ?? Buffer.from(''))
  assert.ok(dead)
  hub.set('host.b', writeRecord('host', { ...dead, isFenced: true }))
  hub.set('duty.b', writeRecord('duty', { v: 1, duty: 'cordoned' }))
  hub.set('report.b.web', writeRecord('report', { v: 1, report }))
  hub.set(
    'pod.only',
    writeRecord('pod', { ...record, name: 'only', want: 'idle', assigned: {}, isExclusive: true, holder: 'b/s' }),
  )
  await until(() => tables.pods.has('only') && tables.hosts.get('b')?.record.isFenced, 'it is told')
  assert.is(await codeOf('b'), 'done')
  assert.equal([...hub.values.keys()].sort(), ['fleet', 'host.a', 'pod.only'])
  assert.is(readRecord('pod', hub.values.get('pod.only')?.value ?? Buffer.from(''))?.holder, '')
  await membership.end()
})

test('forget() leaves a host alone that comes back meanwhile: its duty, what it tells, and what it holds', async () => {
  using at = scratch()
  const hub = new Hub()
  await using b = await joined(hub, { name: 'b', dir: at.dir })
  await until(() => hub.values.has('host.b'), 'it has beaten')
  await b.member.end()
  const was = readRecord('host', hub.values.get('host.b')?.value ?? Buffer.from(''))
  assert.ok(was)
  hub.set('host.b', writeRecord('host', { ...was, isFenced: true }))
  hub.set('duty.b', writeRecord('duty', { v: 1, duty: 'cordoned' }))
  hub.set('report.b.web', writeRecord('report', { v: 1, report }))
  const only = (session: string) =>
    writeRecord('pod', {
      ...record,
      name: 'only',
      want: 'idle',
      assigned: {},
      isExclusive: true,
      holder: `b/${session}`,
    })
  hub.set('pod.only', only('before'))
  const { membership, state } = await entered(hub, at.dir)
  const { tables } = membership.member()
  const holder = () => tables.pods.get('only')?.record.holder
  await until(() => holder() === 'b/before' && tables.hosts.has('b'), 'it is told')
  const { put } = state
  state.put = async (...given) => {
    const declared = await put(...given)
    if (given[0] !== 'host.b') return declared
    hub.set('host.b', writeRecord('host', { ...was, session: 'after' }))
    hub.set('pod.only', only('after'))
    await until(() => holder() === 'b/after', 'it is told')
    return declared
  }
  assert.match((await membership.forget('b').catch(error => error))?.message, /Cannot forget host "b": it is alive/)
  assert.ok(hub.values.has('duty.b') && hub.values.has('report.b.web'))
  assert.is(readRecord('pod', hub.values.get('pod.only')?.value ?? Buffer.from(''))?.holder, 'b/after')
  await membership.end()
})

test('forget() is done also where another host declares it dead at the same moment', async () => {
  using at = scratch()
  const hub = new Hub()
  await using b = await joined(hub, { name: 'b', dir: at.dir })
  await until(() => hub.values.has('host.b'), 'it has beaten')
  await b.member.end()
  const was = readRecord('host', hub.values.get('host.b')?.value ?? Buffer.from(''))
  assert.ok(was)
  hub.set('host.b', writeRecord('host', { ...was, isFenced: true }))
  const { membership, state } = await entered(hub, at.dir)
  await until(() => membership.member().tables.hosts.has('b'), 'it is told')
  const { put } = state
  state.put = async (...given) => {
    if (given[0] === 'host.b') hub.set('host.b', writeRecord('host', { ...was, isFenced: true, isLost: true }))
    return await put(...given)
  }
  await membership.forget('b')
  assert.not.ok(hub.values.has('host.b'))
  await membership.end()
})

test('leave() is over also where the engine does not say that the host is forgotten, and tells so', async () => {
  using at = scratch()
  const { membership, root, state } = await entered(new Hub(), at.dir)
  const { del } = state
  state.del = async (key, rev) =>
    key === 'host.a' ? { ok: false, why: 'unknown', message: 'There was no answer' } : await del(key, rev)
  assert.equal(await membership.leave(), { host: 'a', ghost: 'There was no answer', wasRefused: false })
  assert.match(membership.text(), /in no fleet/)
  assert.is(await readSettings(root.p8a.storage), undefined)
})

test('leave() removes what an engine within the host has kept', async () => {
  using at = scratch()
  const root = new FakeRoot(at.dir)
  const { p8a } = root
  const open = async (settings: FleetSettings) => await Member.open({ p8a, settings, times: slow, path: 'fleet' })
  const membership = new Membership({ p8a, open })
  await membership.init({ host: 'a', tags: [] }, { kind: 'embedded' })
  await membership.member().engine.blobs.put('f'.repeat(64), ReadableStream.from([Buffer.from('image')]))
  const kept = ['engine.json', 'blobs', 'fleet.json'].map(name => join(p8a.storage, name))
  assert.ok(kept.every(file => existsSync(file)))
  await membership.leave()
  assert.equal(
    kept.filter(file => existsSync(file)),
    [],
  )
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
  const leaving = membership.leave()
  setImmediate(taken.resolve)
  assert.equal(await leaving, { host: 'a', ghost: '', wasRefused: false })
  assert.equal([...hub.values.keys()].sort(), ['fleet', 'pod.web'])
})

test('a pod whose record is of a newer version is left as it is here, and one that the fleet does not have is removed', async () => {
  using at = scratch()
  const hub = new Hub()
  hub.set('pod.newer', Buffer.from('{"v":2}'))
  await using a = await joined(hub, { name: 'a', dir: at.dir })
  for (const name of ['newer', 'gone']) {
    a.root.has(name)
    a.root.own.add(name)
  }
  await until(() => !a.root.own.has('gone') && a.root.asked.includes('remove gone'), 'it is removed')
  // It is looked at once more before what was begun for one is over.
  a.root.has('later')
  await until(() => a.root.asked.includes('remove later'), 'the next is removed')
  assert.ok(a.root.own.has('newer'))
  assert.not.ok(a.root.asked.includes('remove newer'))
  hub.set('pod.newer', undefined)
  await until(() => a.root.asked.includes('remove newer'), 'it is removed once the fleet does not have it')
})

test('a fleet pod beats on while its root is away, and tells what it knew last', async () => {
  using at = scratch()
  const hub = new Hub()
  await using a = await joined(hub, { name: 'a', dir: at.dir })
  hub.set('pod.web', writeRecord('pod', { ...record, name: 'web' }))
  a.root.has('web')
  const seen = () => a.member.tables.hosts.get('a')?.record
  await until(() => seen()?.pods.web !== undefined, 'it is told')
  a.root.isAway = true
  const before = seen()?.beat ?? 0
  await until(() => (seen()?.beat ?? 0) > before + 5, 'it beats on')
  assert.is(seen()?.pods.web?.up, 1)
})

test.run()

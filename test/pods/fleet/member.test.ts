// A member of a fleet in the process of the test, on a root that is none: what it does where its engine is not there.
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import type { Asked, PodStatus } from 'p8a'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedEngine } from '../../../pods/fleet/embedded/engine.ts'
import { Hub } from '../../../pods/fleet/embedded/hub.ts'
import { checkFleet } from '../../../pods/fleet/engines.ts'
import { Member } from '../../../pods/fleet/member.ts'
import { writeRecord } from '../../../pods/fleet/records.ts'
import type { FleetSettings } from '../../../pods/fleet/settings.ts'
import { TestNats } from '../../nats.ts'
import { needs } from '../../needs.ts'
import { scratch } from '../../scratch.ts'
import { until } from '../../until.ts'
import { FakeRoot } from './fake-root.ts'
import { joined, record, slow } from './joined.ts'

const test = suite('member')
const withNats = needs(test, 'nats-server')

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

withNats('a fleet pod that begins anew while the engine is away calls other hosts, and is called by them', async () => {
  await using nats = await TestNats.open()
  using at = scratch()
  const engine = { kind: 'nats', servers: nats.urls, replicas: 1 } as const
  const begin = async (host: string, root = new FakeRoot(at.path(host))) => {
    mkdirSync(at.path(host), { recursive: true })
    const settings: FleetSettings = { v: 1, fleet: 'f', host, hostId: `${host}-id`, tags: [], engine }
    return { root, member: await Member.open({ p8a: root.p8a, settings, times: slow, path: 'fleet' }) }
  }
  type Begun = Awaited<ReturnType<typeof begin>>
  const call = async ({ root }: Begun, name: string) => {
    const asked = { signal: new AbortController().signal } as Asked
    const verbs = root.handlers.findLast(({ call }) => call)
    return await Promise.resolve(verbs?.call?.(name, 'fn', [], asked)).catch(({ message }) => message)
  }
  let a = await begin('a')
  const b = await begin('b')
  try {
    await until(() => a.member.engine.isUp && b.member.engine.isUp, 'the engine is there')
    await checkFleet(a.member.engine, { id: 'f', isNew: true })
    const isWhole = ({ member }: Begun) => member.tables.fleet === 'f' && member.tables.hosts.size === 2
    await until(() => isWhole(a) && isWhole(b), 'they know each other')
    for (const [host, one] of [
      ['a', a],
      ['b', b],
    ] as const) {
      const pod = { ...record, name: `on-${host}`, assigned: { [host]: 1 } }
      const put = await one.member.engine.state.put(`pod.${pod.name}`, writeRecord('pod', pod), 'any')
      assert.ok(put.ok)
      one.root.has(pod.name)
      one.root.call = async () => `from ${host}`
    }
    const known = () => readFileSync(at.path('a/known.jsonl'), 'utf8')
    const isKept = () => {
      const lines = existsSync(at.path('a/known.jsonl')) ? known() : ''
      return ['report.a.on-a', 'report.b.on-b', '"port"'].every(text => lines.includes(text))
    }
    await until(() => isKept() && existsSync(at.path('a/direct.json')), 'what is known is kept')
    await until(() => b.member.tables.hosts.get('a')?.record.direct !== undefined, 'b knows where a is')
    await nats.kill(0)
    await until(() => !a.member.engine.isUp && !b.member.engine.isUp, 'the engine is away')
    await a.member.end()
    // Whoever asks as soon as anybody can is answered by what was known last, also of how other hosts are reached.
    const { mount } = a.root
    const firsts: Promise<unknown>[] = []
    a.root.mount = handlers => {
      mount(handlers)
      const asked = { signal: new AbortController().signal } as Asked
      if (handlers.status) firsts.push(Promise.resolve(handlers.status('on-b', { ...asked, usage: false })))
    }
    const { direct } = b.member.tables.hosts.get('a')?.record ?? {}
    a = await begin('a', a.root)
    assert.equal(
      (await Promise.all(firsts)).map(status => (status as PodStatus).name),
      ['on-b'],
    )
    const told = JSON.parse(readFileSync(at.path('a/direct.json'), 'utf8'))
    assert.equal([told.host, told.port], [direct?.host, direct?.port])
    await until(async () => (await call(a, 'on-b')) === 'from b', 'it calls a pod of the other host')
    await until(async () => (await call(b, 'on-a')) === 'from a', 'it is called from there')
    assert.match(String(await call(a, 'none')), /It is not known whether there is a pod "none" in the fleet/)
  } finally {
    await a.member.end()
    await b.member.end()
  }
})

test('a host that is told nothing any more, not even of itself, says that it is deaf, and no more once it hears again', async () => {
  using at = scratch()
  const engine = new EmbeddedEngine(new Hub())
  await checkFleet(engine, { id: 'f', isNew: true })
  const { watch } = engine.state
  let isDeaf = false
  engine.state.watch = async function* (...args) {
    for await (const change of watch.apply(engine.state, args)) if (!isDeaf) yield change
  }
  const settings: FleetSettings = {
    ...{ v: 1, fleet: 'f', host: 'a', hostId: 'a-id', tags: [] },
    engine: { kind: 'embedded' },
  }
  const root = new FakeRoot(at.dir)
  const member = await Member.open({ p8a: root.p8a, settings, times, path: 'fleet' }, engine)
  try {
    await until(
      () => member.tables.isSynced && member.tables.hosts.has('a') && member.silence === '',
      'it hears itself',
    )
    isDeaf = true
    await until(() => /^this host hears nothing of its fleet, not even itself/.test(member.silence), 'it says so')
    isDeaf = false
    await until(() => member.silence === '', 'it hears again')
  } finally {
    await member.end()
  }
})

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

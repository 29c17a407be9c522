// A fleet of one that goes to a NATS, with what it has, and back: on a root that is none. Not here: that pods are not restarted by it
// (test/e2e/fleet.test.ts).
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { HandledChange } from 'p8a'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Member, type MemberOptions } from '../../../../pods/fleet/member.ts'
import { init } from '../../../../pods/fleet/membership/entering.ts'
import { invite } from '../../../../pods/fleet/membership/inviting.ts'
import { Membership } from '../../../../pods/fleet/membership/membership.ts'
import { move } from '../../../../pods/fleet/membership/moving.ts'
import { NatsEngine } from '../../../../pods/fleet/nats/engine.ts'
import { type PodRecord, readRecord, writeRecord } from '../../../../pods/fleet/records.ts'
import { type FleetSettings, readSettings } from '../../../../pods/fleet/settings.ts'
import { TestNats } from '../../../nats.ts'
import { needs } from '../../../needs.ts'
import { scratch } from '../../../scratch.ts'
import { until } from '../../../until.ts'
import { FakeRoot } from '../fake-root.ts'

const test = suite('moving a fleet')
const withNats = needs(test, 'nats-server')

/** As they are, for hosts that nobody is to take for dead. */
const times = { beatMs: 100, fenceMs: 60_000, deadMs: 120_000 }
const hash = '4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865'
const blob = Buffer.from('{"code":"1"}')

/** A fleet of the host a alone, with a pod that is up and has an image. */
async function begun(dir: string) {
  const root = new FakeRoot(dir)
  const open = async (settings: FleetSettings, given: Pick<MemberOptions, 'mounts' | 'keeper'>) =>
    await Member.open({ p8a: root.p8a, settings, times, path: 'fleet', ...given })
  const options = { p8a: root.p8a, open, joinMs: 20_000 }
  const membership = new Membership(options)
  await init(membership, { host: 'a', tags: [] }, { kind: 'embedded' })
  const { engine, tables } = membership.member()
  await engine.blobs.put(hash, ReadableStream.from([blob]))
  const image = { ...{ version: 1, blob: hash, hash, size: 2, exports: [], kind: 'service' }, at: '', by: '', own: {} }
  const record: PodRecord = {
    ...{ v: 1, name: 'web', images: [image], want: 'up', turn: 1, how: 'restart', version: 1, params: {}, config: {} },
    ...{
      scale: 1,
      tags: [],
      isPacked: false,
      isExclusive: false,
      memory: 0,
      assigned: { a: 1 },
      holder: '',
      waits: '',
    },
  }
  await engine.state.put('pod.web', writeRecord('pod', record), 'absent')
  await engine.state.put('duty.a', writeRecord('duty', { v: 1, duty: 'cordoned' }), 'any')
  root.has('web')
  await until(() => tables.hosts.get('a')?.record.pods.web, 'what it has is told')
  return { root, membership, options }
}

/** What a fleet knows of its pod, its host, and its image. */
async function known(membership: Membership) {
  const { tables, engine } = membership.member()
  await until(() => tables.hosts.get('a')?.record.pods.web, 'what it has is told')
  const has = await engine.blobs.has(hash)
  const { assigned, version } = tables.pods.get('web')?.record ?? {}
  return { assigned, version, duty: tables.duties.get('a'), isUp: engine.isUp, hasImage: has.ok && has.value }
}

withNats(
  'whoever watches a fleet is told of its pods all the while that it moves, and of what changes then',
  async () => {
    await using nats = await TestNats.open()
    using at = scratch()
    const { root, membership } = await begun(at.dir)
    const ending = new AbortController()
    const seen: string[] = []
    const changes = root.handlers[0]?.watch?.({ signal: ending.signal } as never) as AsyncIterable<HandledChange>
    const watching = (async () => {
      for await (const change of changes) {
        if (change.type === 'snapshot') seen.push(`snapshot ${change.pods.map(({ name }) => name)}`)
        else seen.push(`${change.type} ${'name' in change ? change.name : ''}`)
      }
    })()
    await until(() => seen.length > 0, 'it is told what there is')
    await move(membership, { kind: 'nats', servers: nats.urls, replicas: 1 })
    const { engine, tables } = membership.member()
    const { record } = await until(() => tables.pods.get('web'), 'it is there')
    await engine.state.put('pod.new', writeRecord('pod', { ...record, name: 'new', assigned: {} }), 'absent')
    await until(() => seen.includes('added new'), 'it is told of what is new')
    const wholes = seen.filter(one => one.startsWith('snapshot'))
    assert.equal([new Set(wholes), seen.includes('removed web')], [new Set(['snapshot web']), false])
    ending.abort()
    await watching
    await membership.end()
  },
)

withNats('a fleet of one goes to a NATS with all that it has, and back, and its pods are asked nothing', async () => {
  await using nats = await TestNats.open()
  using at = scratch()
  const { root, membership } = await begun(at.dir)
  const before = await known(membership)
  assert.equal(before, { assigned: { a: 1 }, version: 1, duty: 'cordoned', isUp: true, hasImage: true })
  const asked = root.asked.length
  const engine = { kind: 'nats', servers: nats.urls, replicas: 1 } as const
  await move(membership, engine)
  assert.equal(await known(membership), before)
  assert.equal((await readSettings(at.dir))?.engine, engine)
  assert.match(invite(membership), /^p8a-fleet:/)
  await move(membership, { kind: 'embedded' })
  assert.equal(await known(membership), before)
  assert.equal((await readSettings(at.dir))?.engine, { kind: 'embedded' })
  assert.ok(existsSync(join(at.dir, 'engine.json')))
  const verbs = root.asked.slice(asked).map(one => one.split(' ')[0])
  assert.not.ok(
    verbs.some(verb => ['start', 'stop', 'remove', 'scale'].includes(verb ?? '')),
    verbs.join(),
  )
  // Nothing is left of it where it was.
  const left = new NatsEngine({ ...engine, fleet: membership.member().settings.fleet, host: 'a' })
  await left.open()
  await until(() => left.isUp, 'the engine is there')
  assert.equal(await left.state.get('fleet'), { ok: true, value: undefined })
  assert.equal(await left.state.get('pod.web'), { ok: true, value: undefined })
  await left.close()
  await move(membership, engine)
  assert.equal(await known(membership), before)
  await membership.end()
})

withNats('a fleet that cannot move is where it was, and says why', async () => {
  await using nats = await TestNats.open()
  using at = scratch()
  const { membership, options } = await begun(at.dir)
  const refused = async (engine: FleetSettings['engine']) =>
    await move(membership, engine).then(
      () => 'moved',
      error => error.message as string,
    )
  assert.match(await refused({ kind: 'embedded' }), /engine of this fleet is within this host/)
  await using silent = await TestNats.open({ hasStreams: false })
  options.joinMs = 200
  assert.match(await refused({ kind: 'nats', servers: silent.urls, replicas: 1 }), /Cannot reach the engine/)
  options.joinMs = 20_000
  const engine = { kind: 'nats', servers: nats.urls, replicas: 1 } as const
  await move(membership, engine)
  const { engine: there, settings } = membership.member()
  const host = await there.state.get('host.a')
  const record = host.ok && host.value && readRecord('host', host.value.value)
  assert.ok(record)
  await there.state.put('host.b', writeRecord('host', { ...record, name: 'b', id: 'b-id' }), 'absent')
  await until(() => membership.member().tables.hosts.has('b'), 'it is known')
  assert.match(await refused({ kind: 'embedded' }), /Cannot move the fleet: others are in it: b/)
  assert.equal((await readSettings(at.dir))?.engine, settings.engine)
  assert.ok((await known(membership)).isUp)
  await membership.end()
})

withNats(
  'a move that was broken off once all was copied is done anew; what a fleet was elsewhere is kept',
  async () => {
    await using nats = await TestNats.open()
    using at = scratch()
    const { membership } = await begun(at.dir)
    const before = await known(membership)
    const engine = { kind: 'nats', servers: nats.urls, replicas: 1 } as const
    const there = new NatsEngine({ ...engine, fleet: membership.member().settings.fleet, host: 'a' })
    await there.open()
    await until(() => there.isUp, 'the engine is there')
    const copy = async (key: string, as = key) => {
      const found = await membership.member().engine.state.get(key)
      assert.ok(found.ok && found.value)
      await there.state.put(as, found.value.value, 'any')
    }
    await copy('pod.web', 'pod.old')
    await copy('fleet')
    await move(membership, engine)
    assert.equal(await known(membership), before)
    assert.equal(await there.state.get('pod.old'), { ok: true, value: undefined })
    await move(membership, { kind: 'embedded' })
    await known(membership)
    await copy('host.a')
    await copy('fleet')
    const error = await move(membership, engine).catch(error => error)
    assert.match(error.message, /That engine has this fleet already/)
    assert.equal(await known(membership), before)
    await there.close()
    await membership.end()
  },
)

test.run()

// Beats and changes on an engine that loses answers: whoever was taken knows it, whoever was declared dead finds it out, and no change is lost.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedEngine } from '../../../pods/fleet/embedded/engine.ts'
import type { Faults } from '../../../pods/fleet/embedded/faults.ts'
import { Hub } from '../../../pods/fleet/embedded/hub.ts'
import { Beating } from '../../../pods/fleet/host/beating.ts'
import { changePod } from '../../../pods/fleet/host/change.ts'
import { type HostRecord, type PodRecord, readRecord, writeRecord } from '../../../pods/fleet/records.ts'

const test = suite('beating')

/** Numbers by chance that are the same in each run. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

function standing({
  hub = new Hub(),
  id = 'a-id',
  faults = {},
}: {
  hub?: Hub
  id?: string
  faults?: Partial<Faults>
} = {}) {
  const engine = new EmbeddedEngine(hub, faults)
  const at = { nowMs: 0 }
  let sessions = 0
  const told = { v: 1 as const, name: 'a', id, tags: [], memory: 1, p8a: '0.1.0', atMs: 0, pods: {} }
  const beating = new Beating(
    { state: engine.state, tell: () => told, newSession: () => `${id}-${++sessions}`, nowMs: () => at.nowMs },
    undefined,
  )
  return { hub, engine, at, beating }
}

const recordOf = (hub: Hub): HostRecord =>
  readRecord('host', hub.values.get('host.a')?.value ?? Buffer.from('')) as HostRecord

test('a beat that is taken counts from when it began; one that never came there does not count', async () => {
  const { beating, at, engine, hub } = standing()
  at.nowMs = 100
  assert.is(await beating.beat(1000), 'taken')
  assert.is(beating.takenMs, 100)
  engine.isUp = false
  at.nowMs = 200
  assert.is(await beating.beat(1000), 'not_taken')
  assert.is(beating.takenMs, 100)
  engine.isUp = true
  at.nowMs = 300
  assert.is(await beating.beat(1000), 'taken')
  assert.equal([beating.takenMs, recordOf(hub).session], [300, 'a-id-1'])
})

test('two that beat by one id, as copies of one host do, know of each other; one that was declared dead has no twin', async () => {
  const { beating, hub, at } = standing()
  await beating.beat(1000)
  at.nowMs = 100
  const record = { ...recordOf(hub), isFenced: true }
  hub.set('host.a', writeRecord('host', record))
  assert.equal([await beating.beat(1000), beating.twinMs], ['fenced', undefined])
  beating.begin()
  await beating.beat(1000)
  hub.set('host.a', writeRecord('host', { ...record, isFenced: false, session: 'of the copy' }))
  assert.equal([await beating.beat(1000), beating.twinMs], ['fenced', 100])
})

test('where answers are lost, what was taken is known to be, and no other host is believed to have come between', async () => {
  const { beating, at, hub } = standing({ faults: { unknown: 0.5, random: chance(5) } })
  const outcomes = new Set<string>()
  for (let round = 1; round <= 100; round++) {
    at.nowMs = round
    const beaten = await beating.beat(1000)
    outcomes.add(beaten)
    // That it was taken is never believed where it was not.
    if (beaten === 'taken') assert.is(recordOf(hub).beat, round)
  }
  assert.equal([...outcomes].sort(), ['not_taken', 'taken'])
  assert.is(beating.session, 'a-id-1')
})

test('a host that was declared dead finds it out by its next beat, and is another session from then on', async () => {
  const { beating, hub } = standing()
  assert.is(await beating.beat(1000), 'taken')
  hub.set('host.a', writeRecord('host', { ...recordOf(hub), isFenced: true }))
  assert.is(await beating.beat(1000), 'fenced')
  beating.begin()
  assert.is(beating.takenMs, undefined)
  assert.is(await beating.beat(1000), 'taken')
  assert.equal([recordOf(hub).session, recordOf(hub).isFenced], ['a-id-2', false])
})

test('a name is taken for as long as its host beats, and free some time after the last one', async () => {
  const { beating: first, hub } = standing()
  const { beating: second, at } = standing({ hub, id: 'b-id' })
  assert.is(await first.beat(1000), 'taken')
  for (at.nowMs = 0; at.nowMs < 5000; at.nowMs += 500) {
    assert.is(await second.beat(1000), 'name_taken')
    assert.is(await first.beat(1000), 'taken')
  }
  assert.is(await second.beat(1000), 'name_taken')
  at.nowMs += 1000
  assert.is(await second.beat(1000), 'taken')
  assert.is(await first.beat(1000), 'fenced')
})

const record: PodRecord = {
  ...{ v: 1, name: 'web', images: [], want: 'idle', turn: 0, how: 'restart', version: 0, params: {}, config: {} },
  ...{ scale: 1, tags: [], isPacked: false, isExclusive: false, memory: 0, assigned: {}, holder: '', waits: '' },
}

test('changePod() of four at once, where answers are lost, does each of their changes, and a refusal changes nothing', async () => {
  const hub = new Hub()
  const engines = [1, 2, 3, 4].map(seed => new EmbeddedEngine(hub, { unknown: 0.2, delayMs: 1, random: chance(seed) }))
  const [first] = engines as [EmbeddedEngine]
  await changePod(first, 'web', () => record)
  await Promise.all(
    engines.map(async (engine, at) => {
      // Each sets members of its own, so that a change which was done although its answer was lost is done once.
      for (let n = 0; n < 5; n++)
        await changePod(engine, 'web', now => now && { ...now, params: { ...now.params, [`k${at}-${n}`]: 'x' } })
    }),
  )
  const read = () => readRecord('pod', hub.values.get('pod.web')?.value ?? Buffer.from(''))
  assert.is(Object.keys(read()?.params ?? {}).length, 20)
  const refused = await changePod(first, 'web', () => {
    throw new Error('no')
  }).catch(error => error.message)
  assert.is(refused, 'no')
  await changePod(first, 'web', () => undefined)
  assert.is(hub.values.has('pod.web'), false)
  first.isUp = false
  const away = await changePod(first, 'web', () => record).catch(error => error.code)
  assert.is(away, 'fleet_unavailable')
})

test.run()

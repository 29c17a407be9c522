// Where pods go as hosts die, one after the other and at once, seen by one host whose clock is the test's.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedEngine } from '../../../pods/fleet/embedded/engine.ts'
import { Hub } from '../../../pods/fleet/embedded/hub.ts'
import { directFencing } from '../../../pods/fleet/host/fencing.ts'
import { Placing } from '../../../pods/fleet/host/placing.ts'
import { Tables } from '../../../pods/fleet/host/tables.ts'
import { type HostRecord, type PodRecord, readRecord, writeRecord } from '../../../pods/fleet/records.ts'
import { until } from '../../until.ts'
import { podRecord } from './pod-record.ts'

const test = suite('placing')

const times = { beatMs: 100, fenceMs: 400, deadMs: 1000 }

const hostRecord: Omit<HostRecord, 'name'> = {
  ...{ v: 1, id: 'id', session: 's', beat: 1, tags: [], memory: 1, p8a: '0.1.0', atMs: 0, pods: {}, isFenced: false },
}
const pod: PodRecord = { ...podRecord }

/** A fleet that the host `a` sees, which is the first in the order of their names. */
async function fleetOf(names: readonly string[], signal: AbortSignal) {
  const hub = new Hub()
  const at = { nowMs: 0 }
  const nowMs = () => at.nowMs
  const tables = new Tables(nowMs, { host: 'a', times })
  const engine = new EmbeddedEngine(hub)
  const going = tables.follow(engine.state, signal)
  const placing = new Placing({ engine, fencing: directFencing(engine), tables, host: 'a', times, nowMs })
  const told = async () =>
    await until(
      () => [...hub.values].every(([key, { rev }]) => tables.unreadable.has(key) || revOf(tables, key) === rev),
      'all is told',
    )
  const record = (name: string) => readRecord('host', hub.values.get(`host.${name}`)?.value ?? Buffer.from(''))
  const fleet = {
    at,
    hub,
    tables,
    record,
    going,
    /** So much time goes by, in which these beat. */
    async beat(alive: readonly string[], ms: number) {
      const stepMs = alive.length > 0 ? Math.min(ms, times.beatMs) : ms
      for (const endMs = at.nowMs + ms; ; ) {
        at.nowMs += stepMs
        for (const name of alive) hub.set(`host.${name}`, writeRecord('host', { ...hostRecord, name }))
        await told()
        if (at.nowMs >= endMs) return
      }
    },
    async look() {
      await placing.look()
      await told()
    },
    async put(assigned: Record<string, number>) {
      hub.set('pod.web', writeRecord('pod', { ...pod, assigned }))
      await told()
    },
    places: () => Object.keys(tables.pods.get('web')?.record.assigned ?? {}),
  }
  await fleet.beat(names, 0)
  return fleet
}

const revOf = (tables: Tables, key: string): string | undefined => {
  const [kind, name = ''] = key.split('.')
  return (kind === 'host' ? tables.hosts : tables.pods).get(name)?.rev
}

test('a host that died some time ago, with nothing left to move, holds up nothing when the next one dies', async () => {
  const ending = new AbortController()
  const fleet = await fleetOf(['a', 'b', 'c'], ending.signal)
  await fleet.put({ c: 1 })
  await fleet.beat(['a', 'b'], 1000)
  await fleet.look()
  assert.not.equal(fleet.places(), ['c'])
  assert.not.ok(fleet.record('c')?.isLost, 'others may be gone at once with it')
  await fleet.put({ b: 1 })
  await fleet.beat(['a', 'b'], 1000)
  await fleet.look()
  assert.equal([fleet.record('c')?.isFenced, fleet.record('c')?.isLost], [true, true])
  await fleet.beat(['a'], 1000)
  await fleet.look()
  assert.equal(fleet.places(), ['a'])
  ending.abort()
  await fleet.going
})

test('of two of three that are gone at once nothing is moved, however long, and neither is given up', async () => {
  const ending = new AbortController()
  const fleet = await fleetOf(['a', 'b', 'c'], ending.signal)
  await fleet.put({ b: 1 })
  for (let round = 0; round < 5; round++) {
    await fleet.beat(['a'], 1000)
    await fleet.look()
  }
  assert.equal(fleet.places(), ['b'])
  assert.not.ok(fleet.record('b')?.isFenced || fleet.record('c')?.isFenced)
  ending.abort()
  await fleet.going
})

test('of two of four that died at the same moment, and beat last one after the other, nothing is moved', async () => {
  const ending = new AbortController()
  const fleet = await fleetOf(['a', 'b', 'c', 'd'], ending.signal)
  await fleet.put({ c: 1 })
  await fleet.beat(['a', 'b', 'd'], 100)
  await fleet.beat(['a', 'b'], 900)
  await fleet.look()
  assert.equal(fleet.places(), ['c'])
  await fleet.beat(['a', 'b'], 1000)
  await fleet.look()
  assert.equal(fleet.places(), ['c'])
  // One of them is back, so that the other one is gone alone.
  await fleet.beat(['a', 'b', 'd'], 0)
  await fleet.look()
  assert.not.equal(fleet.places(), ['c'])
  ending.abort()
  await fleet.going
})

test('a host that does not see itself moves nothing, and once it does the others get as long to be seen', async () => {
  const ending = new AbortController()
  const fleet = await fleetOf(['a', 'b', 'c', 'd', 'e'], ending.signal)
  await fleet.put({ e: 1 })
  await fleet.beat(['b', 'c', 'd'], 1000)
  await fleet.look()
  assert.equal(fleet.places(), ['e'])
  await fleet.beat(['a', 'b', 'c', 'd'], 0)
  await fleet.look()
  assert.equal(fleet.places(), ['e'])
  await fleet.beat(['a', 'b', 'c', 'd'], 2 * times.beatMs)
  await fleet.look()
  assert.not.equal(fleet.places(), ['e'])
  ending.abort()
  await fleet.going
})

test('at an engine that was without most of its servers, a host that is slower to find it again loses nothing', async () => {
  const ending = new AbortController()
  const fleet = await fleetOf(['a', 'b', 'c'], ending.signal)
  await fleet.put({ b: 1 })
  // The host c is lost, and given up.
  for (let round = 0; round < 3; round++) {
    await fleet.beat(['a', 'b'], 1000)
    await fleet.look()
  }
  assert.ok(fleet.record('c')?.isLost)
  // Nothing can be written for a minute, and this host is connected meanwhile.
  await fleet.beat([], 60_000)
  await fleet.look()
  await fleet.beat(['a'], 0)
  await fleet.look()
  await fleet.beat(['a'], 3 * times.deadMs - times.beatMs)
  await fleet.look()
  assert.equal(fleet.places(), ['b'])
  await fleet.beat(['a', 'b'], 50)
  await fleet.beat(['a'], times.deadMs - times.beatMs)
  await fleet.look()
  assert.equal(fleet.places(), ['b'])
  await fleet.beat(['a'], times.beatMs)
  await fleet.look()
  assert.equal(fleet.places(), ['a'], 'it is gone indeed')
  ending.abort()
  await fleet.going
})

test('a host that cannot read what another one tells moves nothing: that one is not gone', async () => {
  const ending = new AbortController()
  const fleet = await fleetOf(['a', 'b', 'c'], ending.signal)
  await fleet.put({ newer: 1 })
  const value = fleet.hub.set('host.newer', Buffer.from('{"v":2}'))
  await until(() => fleet.tables.sight.seen.get('newer')?.rev === value, 'it is told')
  await fleet.look()
  assert.equal(fleet.places(), ['newer'])
  fleet.hub.set('host.newer', undefined)
  await until(() => !fleet.tables.sight.seen.has('newer'), 'it is gone')
  await fleet.look()
  assert.not.equal(fleet.places(), ['newer'])
  ending.abort()
  await fleet.going
})

test.run()

// The embedded engine: as all engines, and with all that a network does.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedEngine } from '../../../pods/fleet/embedded/engine.ts'
import { Hub } from '../../../pods/fleet/embedded/hub.ts'
import { until } from '../../until.ts'
import { conformance, tableOf } from './conformance.ts'

const test = suite('embedded engine')

/** Numbers by chance that are the same in each run. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

const hub = new Hub()
/** As NATS has it. */
const faults = { mostBytes: 1024 * 1024 }
const opened = { one: new EmbeddedEngine(hub, faults), other: new EmbeddedEngine(hub, faults) }
conformance(test, () => opened, { keepsReplaced: true })

for (const seed of [1, 2]) {
  const hub = new Hub()
  const harsh = {
    ...faults,
    ...{ unknown: 0.2, stale: 0.3, duplicate: 0.5, reset: 0.2, delayMs: 2 },
    random: chance(seed),
  }
  const opened = { one: new EmbeddedEngine(hub, harsh), other: new EmbeddedEngine(hub, harsh) }
  const withFaults = (title: string, work: () => Promise<void>) => test(`with faults (seed ${seed}): ${title}`, work)
  conformance(withFaults, () => opened, { keepsReplaced: true, isLossy: true })
}

test('a write without an outcome is done or not, and who reads it back knows; none that was told done is lost', async () => {
  const hub = new Hub()
  const engine = new EmbeddedEngine(hub, { unknown: 0.4, stale: 0.3, delayMs: 1, random: chance(7) })
  const outcomes = { done: 0, undone: 0, told: 0 }
  for (let at = 0; at < 60; at++) {
    const key = `k.${at}`
    const outcome = await engine.state.put(key, Buffer.from('x'), 'absent')
    const isThere = hub.values.has(key)
    if (outcome.ok) outcomes.told++
    else outcomes[isThere ? 'done' : 'undone']++
    assert.ok(isThere || !outcome.ok)
  }
  assert.ok(outcomes.told > 0 && outcomes.done > 0 && outcomes.undone > 0, JSON.stringify(outcomes))
})

test('a write that could not be saved is as if it was never asked for', async () => {
  let isFull = false
  const hub = new Hub({
    saved: () => {
      if (isFull) throw new Error('ENOSPC')
    },
  })
  const engine = new EmbeddedEngine(hub)
  const first = await engine.state.put('a', Buffer.from('1'), 'absent')
  assert.ok(first.ok)
  isFull = true
  await engine.state.put('a', Buffer.from('2'), first.value).catch(() => {})
  await engine.state.put('b', Buffer.from('2'), 'absent').catch(() => {})
  assert.equal([Buffer.from(hub.values.get('a')?.value ?? '').toString(), hub.values.has('b')], ['1', false])
  isFull = false
  const put = await engine.state.put('a', Buffer.from('3'), first.value)
  assert.ok(put.ok)
})

test('a read may be of what was before; compare-and-set is not fooled by it', async () => {
  const hub = new Hub()
  const engine = new EmbeddedEngine(hub, { stale: 1 })
  const first = await engine.state.put('a', Buffer.from('1'), 'absent')
  assert.ok(first.ok)
  await engine.state.put('a', Buffer.from('2'), first.value)
  const read = await engine.state.get('a')
  assert.ok(read.ok && read.value)
  assert.is(Buffer.from(read.value.value).toString(), '1')
  const put = await engine.state.put('a', Buffer.from('3'), read.value.rev)
  assert.is(put.ok ? 'done' : put.why, 'conflict')
})

test('a host that is cut off is refused, and its watch is stale; joined again it is told all', async () => {
  const hub = new Hub()
  const [one, other] = [new EmbeddedEngine(hub), new EmbeddedEngine(hub)]
  const ending = new AbortController()
  const { told, table, going } = tableOf(one, 'a', ending.signal)
  one.isUp = false
  const put = await one.state.put('a.x', Buffer.from('1'), 'any')
  assert.is(put.ok ? 'done' : put.why, 'unavailable')
  await other.state.put('a.y', Buffer.from('2'), 'any')
  one.isUp = true
  await until(() => table.has('a.y'), 'it is told')
  assert.equal(
    told.map(({ t }) => t),
    ['reset', 'synced', 'stale', 'reset', 'set', 'synced'],
  )
  ending.abort()
  await going
})

test('a watch that begins anew ends with the same table; a message that comes twice is heard twice', async () => {
  const hub = new Hub()
  const engine = new EmbeddedEngine(hub, { reset: 0.5, duplicate: 1, random: chance(3) })
  const ending = new AbortController()
  const { told, table, going } = tableOf(engine, '', ending.signal)
  for (let at = 0; at < 30; at++) await engine.state.put(`k.${at % 5}`, Buffer.from(String(at)), 'any')
  await until(() => [...table.values()].includes('29'), 'the last is told')
  assert.equal([...table.values()].sort(), ['25', '26', '27', '28', '29'])
  assert.ok(told.filter(({ t }) => t === 'reset').length > 5)
  let heard = 0
  engine.bus.subscribe('s', () => heard++)
  engine.bus.publish('s', Buffer.from(''))
  await until(() => heard === 2, 'it is heard twice')
  ending.abort()
  await going
})

test('a watch tells more values than a call may have arguments', async () => {
  const hub = new Hub()
  const value = Buffer.from('1')
  for (let at = 0; at < 200_000; at++) hub.values.set(`many.${at}`, { value, rev: String(at) })
  let told = 0
  for await (const { t } of new EmbeddedEngine(hub).state.watch('many', new AbortController().signal)) {
    if (t === 'synced') break
    told++
  }
  assert.is(told, 200_001)
})

test.run()

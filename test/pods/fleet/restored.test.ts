// A backup of the engine is put back while hosts go on: each finds by its own beats that the engine has gone back, changes nothing, and ends nothing but what
// is exclusive.
import type { HandledStatus, Handlers } from 'p8a'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedEngine } from '../../../pods/fleet/embedded/engine.ts'
import { Hub, type Kept } from '../../../pods/fleet/embedded/hub.ts'
import { Beating } from '../../../pods/fleet/host/beating.ts'
import { readRecord, writeRecord } from '../../../pods/fleet/records.ts'
import { scratch } from '../../scratch.ts'
import { until } from '../../until.ts'
import { joined, record } from './joined.ts'

const test = suite('restored')

/** @returns what puts it back, as it is now */
function backupOf(hub: Hub): () => void {
  const [values, last] = [new Map<string, Kept>(hub.values), hub.last]
  return () => {
    hub.values = new Map(values)
    hub.last = last
  }
}

test('where a backup is put back, what came after it goes on, what is exclusive ends, and it is told, also by what is asked of the fleet; a new fleet pod follows the engine', async () => {
  using at = scratch()
  const hub = new Hub()
  const host = await joined(hub, { name: 'a', dir: at.dir })
  try {
    const { root, member, engine } = host
    const put = async (name: string, more: object = {}) => {
      hub.set(`pod.${name}`, writeRecord('pod', { ...record, name, ...more }))
      await until(() => root.told.has(name), `${name} is up`)
    }
    await until(() => member.silence === '' && member.tables.hosts.has('a'), 'it is heard')
    await put('early')
    const restore = backupOf(hub)
    await put('late')
    await put('only', { isExclusive: true, config: { exclusive: true } })
    const beat = () => readRecord('host', hub.values.get('host.a')?.value ?? Buffer.from(''))?.beat ?? 0
    const beaten = beat()
    // The next one begins once the one before it is known to be taken.
    await until(() => beat() > beaten + 1, 'it beats')
    engine.isUp = false
    restore()
    engine.isUp = true
    await until(() => /has gone back/.test(member.problem), 'it is told')
    await until(() => root.asked.includes('stop only'), 'what is exclusive is ended')
    hub.set('pod.late', writeRecord('pod', { ...record, name: 'late', turn: 0, want: 'idle', assigned: {} }))
    await until(() => member.tables.pods.has('late'), 'it is pushed again')
    const { start, stop } = root.handlers.find(each => each.start) as Handlers
    const asked = { wait: true, signal: new AbortController().signal } as never
    const started = (await start?.('late', {}, {}, asked)) as HandledStatus
    assert.is(started.status, 'waiting')
    assert.match(started.text ?? '', /has gone back/)
    await stop?.('late', asked)
    hub.set('pod.late', undefined)
    hub.set('pod.early', writeRecord('pod', { ...record, name: 'early', turn: 2 }))
    const { last } = hub
    await until(() => hub.last > last + 5, 'it still beats')
    assert.equal(
      root.asked.filter(asked => /^(remove|stop) (early|late)|^start early$/.test(asked)),
      ['start early'],
      'only its first start: nothing is ended, or begun anew',
    )
    await member.end()
    await using again = await joined(hub, { name: 'a', dir: at.dir })
    for (const [name, status] of root.pods) again.root.has(name, status.config as object)
    await until(() => again.root.asked.includes('remove late'), 'what the engine does not know is removed')
    assert.is(again.member.problem, '')
  } finally {
    await host.member.end()
  }
})

test('an engine that was away, and has all, has not gone back: what was changed meanwhile is done', async () => {
  using at = scratch()
  const hub = new Hub()
  await using host = await joined(hub, { name: 'a', dir: at.dir })
  const { root, member, engine } = host
  await until(() => member.tables.hosts.has('a'), 'it is heard')
  engine.isUp = false
  hub.set('pod.web', writeRecord('pod', { ...record, name: 'web' }))
  engine.isUp = true
  await until(() => root.told.has('web'), 'it is begun')
  assert.is(member.problem, '')
})

test('a server that is cut off, and tells what is older, is not believed: only a beat that was taken says what the engine has', async () => {
  const hub = new Hub()
  const engine = new EmbeddedEngine(hub)
  const { get } = engine.state
  let cutOff: Kept | undefined
  engine.state.get = async key => (cutOff ? { ok: true, value: cutOff } : await get.call(engine.state, key))
  const told = { v: 1 as const, name: 'a', id: 'a-id', tags: [], memory: 1, p8a: '0.1.0', atMs: 0, pods: {} }
  const newSession = () => 's'
  const beating = new Beating({ state: engine.state, tell: () => told, newSession, nowMs: () => 0 }, undefined)
  assert.is(await beating.beat(1000), 'taken')
  const first = hub.values.get('host.a')
  assert.is(await beating.beat(1000), 'taken')
  // Its own beat comes without its answer: the next one is refused, and asks.
  const now = hub.values.get('host.a') as Kept
  hub.set('host.a', now.value)
  cutOff = first
  assert.is(await beating.beat(1000), 'not_taken')
  assert.is(await beating.beat(1000), 'not_taken')
  cutOff = undefined
  assert.is(await beating.beat(1000), 'not_taken')
  assert.is(await beating.beat(1000), 'taken')
  assert.is(beating.hasGoneBack, false)
  hub.set('host.a', (first as Kept).value)
  assert.is(await beating.beat(1000), 'not_taken')
  assert.is(await beating.beat(1000), 'taken')
  assert.is(beating.hasGoneBack, true)
})

test('a host whose clock has gone back, which was declared dead, and whose first beat after that was taken without an answer, finds no older backup', async () => {
  const hub = new Hub()
  const engine = new EmbeddedEngine(hub)
  const { put } = engine.state
  let isLost = false
  engine.state.put = async (...args) => {
    const outcome = await put.apply(engine.state, args)
    return isLost ? { ok: false, why: 'unknown', message: 'no answer' } : outcome
  }
  const at = { atMs: 3_600_000, sessions: 0 }
  const told = { v: 1 as const, name: 'a', id: 'a-id', tags: [], memory: 1, p8a: '0.1.0', pods: {} }
  const tell = () => ({ ...told, atMs: at.atMs })
  const newSession = () => `s${++at.sessions}`
  const beating = new Beating({ state: engine.state, tell, newSession, nowMs: () => 0 }, undefined)
  assert.is(await beating.beat(1000), 'taken')
  hub.set('host.a', writeRecord('host', { ...tell(), session: 's1', beat: 1, isFenced: true }))
  assert.is(await beating.beat(1000), 'fenced')
  beating.begin()
  at.atMs = 0
  isLost = true
  assert.is(await beating.beat(1000), 'taken')
  isLost = false
  assert.is(await beating.beat(1000), 'taken')
  assert.is(beating.hasGoneBack, false)
})

test('a copy of a host whose clock is behind is told as such, by both, and is taken for no older backup', async () => {
  const hub = new Hub()
  const make = (what: string, atMs: number) => {
    const { state } = new EmbeddedEngine(hub)
    let sessions = 0
    const tell = () => ({ v: 1 as const, name: 'a', id: 'a-id', tags: [], memory: 1, p8a: '0.1.0', pods: {}, atMs })
    return new Beating({ state, tell, newSession: () => `${what}${++sessions}`, nowMs: () => 1 }, undefined)
  }
  const [host, copy] = [make('host', 60_000), make('copy', 0)]
  assert.is(await host.beat(1000), 'taken')
  for (let beat = 0; beat < 8; beat++)
    for (const one of [copy, host]) if ((await one.beat(1000)) === 'fenced') one.begin()
  assert.equal([host.twinMs, copy.twinMs], [1, 1])
  assert.equal([host.hasGoneBack, copy.hasGoneBack], [false, false])
})

test.run()

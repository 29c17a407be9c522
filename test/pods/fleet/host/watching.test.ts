// What a watcher of a fleet is told, as hosts tell it to the engine.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedEngine } from '../../../../pods/fleet/embedded/engine.ts'
import { Hub } from '../../../../pods/fleet/embedded/hub.ts'
import { Tables } from '../../../../pods/fleet/host/tables.ts'
import { fleetChanges } from '../../../../pods/fleet/host/watching.ts'
import { type Report, reportKey, writeRecord } from '../../../../pods/fleet/records.ts'
import { until } from '../../../until.ts'
import { podRecord } from '../pod-record.ts'

const test = suite('watching')

const report: Report = { status: 'up', text: '', turn: 1, up: 1, version: 1, restarts: 0, failed: '', runs: [] }

async function fleetOf(pods: readonly string[]) {
  const hub = new Hub()
  const tables = new Tables(() => 0)
  const ending = new AbortController()
  const alive = new Set(['a'])
  const tell = (pod: string, up: number) => {
    const runs = Array.from({ length: up }, (_, at) => ({ id: `${pod}.${at + 1}` }))
    hub.set(reportKey('a', pod), writeRecord('report', { v: 1, report: { ...report, up, runs } }))
  }
  const want = (name: string) => hub.set(`pod.${name}`, writeRecord('pod', { ...podRecord, name, assigned: { a: 1 } }))
  hub.set(
    'host.a',
    writeRecord('host', {
      ...{ v: 1, name: 'a', id: 'id', session: 's', beat: 1, tags: [], memory: 1, p8a: '0.1.0', atMs: 0, pods: {} },
      isFenced: false,
    }),
  )
  for (const name of pods) {
    want(name)
    tell(name, 1)
  }
  const going = tables.follow(new EmbeddedEngine(hub).state, ending.signal)
  await until(() => tables.isSynced, 'all is known')
  const reaching = { isDirect: () => false, of: () => undefined }
  const views = { tables, isAlive: (host: string) => alive.has(host), nowMs: Date.now, reaching }
  const changes = fleetChanges(views, ending.signal)
  return {
    ...{ hub, alive, tell, want, changes },
    next: async () => {
      const { value } = await changes.next()
      if (!value || value.type === 'snapshot' || value.type === 'removed') return value
      return [value.type, value.name, value.pod.status]
    },
    async [Symbol.asyncDispose]() {
      ending.abort()
      await changes.return()
      await going
    },
  }
}

test('a watcher is told how all pods are, and then each that changes, on whichever host', async () => {
  await using fleet = await fleetOf(['mail', 'web'])
  const first = await fleet.next()
  assert.equal(first && 'pods' in first && first.pods.map(({ name, status }) => [name, status]), [
    ['mail', 'up'],
    ['web', 'up'],
  ])
  fleet.tell('web', 0)
  assert.equal(await fleet.next(), ['status', 'web', 'waiting'])
  fleet.want('new')
  assert.equal(await fleet.next(), ['added', 'new', 'waiting'])
  fleet.hub.set('pod.mail', undefined)
  assert.equal(await fleet.next(), { type: 'removed', name: 'mail' })
})

test('a host that is gone changes how its pods are, though nobody tells that', async () => {
  await using fleet = await fleetOf(['web'])
  await fleet.next()
  fleet.alive.delete('a')
  assert.equal(await fleet.next(), ['status', 'web', 'waiting'])
})

test('of very many pods the first come at once, and all others behind them', async () => {
  const names = Array.from({ length: 1002 }, (_, at) => `web-${String(at).padStart(4, '0')}`)
  await using fleet = await fleetOf(names)
  const first = await fleet.next()
  assert.is(first && 'pods' in first && first.pods.length, 1000)
  assert.equal(
    [await fleet.next(), await fleet.next()],
    [
      ['added', 'web-1000', 'up'],
      ['added', 'web-1001', 'up'],
    ],
  )
})

test('whoever ends a watch is told nothing more', async () => {
  const fleet = await fleetOf(['web'])
  await fleet.next()
  const next = fleet.next()
  await fleet[Symbol.asyncDispose]()
  assert.is(await next, undefined)
})

test.run()

// Two hosts on an embedded engine, each with a bus of its pods that is none.
import type { Listener } from 'p8a'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedEngine } from '../../../../pods/fleet/embedded/engine.ts'
import { Hub } from '../../../../pods/fleet/embedded/hub.ts'
import { relayEvents } from '../../../../pods/fleet/host/relaying.ts'
import { Tables } from '../../../../pods/fleet/host/tables.ts'
import type { BusPort } from '../../../../pods/fleet/port/ports.ts'
import { until } from '../../../until.ts'

const test = suite('relaying')

/** The pods of a host: what they have heard, and who listens beside them. */
class Pods {
  heard: unknown[] = []
  logged: string[] = []
  listeners = new Set<Listener>()
  readonly events = {
    publish: (topic: string, data: unknown) => this.publish(topic, data, 'fleet.1'),
    subscribe: (pattern: string, listener: Listener) => {
      assert.is(pattern, '**')
      this.listeners.add(listener)
      return () => void this.listeners.delete(listener)
    },
  }

  publish(topic: string, data: unknown, name: string): void {
    this.heard.push([topic, data, name])
    for (const listener of this.listeners) listener(data, topic, { name, role: 'read', path: '' })
  }
}

function relaying(hub: Hub, host: string, { bus = new EmbeddedEngine(hub).bus, hosts = ['a', 'b'] } = {}) {
  const pods = new Pods()
  const tables = new Tables(() => 0)
  for (const name of hosts) tables.hosts.set(name, { record: {} as never, rev: '1' })
  const p8a = { path: '', run: 'fleet.1', log: (_: string, text: unknown) => void pods.logged.push(String(text)) }
  const at = { path: `fleet.${host}`, host, tables, isAlive: (name: string) => name !== 'gone' }
  const relay = relayEvents({ p8a, events: pods.events, bus, ...at })
  return { pods, [Symbol.dispose]: () => relay.close() }
}

test('an event bears the name of its host, and of one that is not in the fleet none is heard', async () => {
  const hub = new Hub()
  using b = relaying(hub, 'b', { hosts: ['a', 'b'] })
  using stranger = relaying(hub, 'stranger', { hosts: ['a', 'b', 'stranger'] })
  using a = relaying(hub, 'a', { hosts: ['a', 'b', 'stranger'] })
  const subjects: string[] = []
  new EmbeddedEngine(hub).bus.subscribe('host.>', subject => subjects.push(subject))
  stranger.pods.publish('news', 1, 'fleet.stranger.web.1')
  await until(() => a.pods.heard.length > 0, 'those that know it hear it')
  a.pods.publish('news', 2, 'fleet.a.web.1')
  await until(() => b.pods.heard.length > 0, 'what comes from a is heard')
  assert.equal(b.pods.heard, [['news', 2, 'fleet.1']])
  assert.ok(subjects.includes('host.b.event.stranger') && subjects.includes('host.b.event.a'), subjects.join())
})

test('an event of a pod is heard on the other hosts once, and goes no further from there', async () => {
  const hub = new Hub()
  using a = relaying(hub, 'a')
  using b = relaying(hub, 'b')
  a.pods.publish('news.one', { id: 1 }, 'fleet.a.web.1')
  await until(() => b.pods.heard.length > 0, 'it is heard')
  b.pods.publish('news.two', 2, 'fleet.b.web.1')
  await until(() => a.pods.heard.length > 1, 'the answer is heard')
  assert.equal(a.pods.heard, [
    ['news.one', { id: 1 }, 'fleet.a.web.1'],
    ['news.two', 2, 'fleet.1'],
  ])
  assert.equal(b.pods.heard, [
    ['news.one', { id: 1 }, 'fleet.1'],
    ['news.two', 2, 'fleet.b.web.1'],
  ])
})

test('a host that is alone listens to nothing, and one that is gone is told nothing', () => {
  using alone = relaying(new Hub(), 'a', { hosts: ['a'] })
  assert.is(alone.pods.listeners.size, 0)
  const told: string[] = []
  const bus = { ...new EmbeddedEngine(new Hub()).bus, publish: (subject: string) => told.push(subject) > 0 } as BusPort
  using a = relaying(new Hub(), 'a', { bus, hosts: ['a', 'b', 'gone'] })
  a.pods.publish('news', 1, 'fleet.a.web.1')
  assert.equal(told, ['host.b.event.a'])
})

test('events that cannot be sent are dropped, and how many is said once others are', () => {
  let isAway = true
  const bus = { ...new EmbeddedEngine(new Hub()).bus, publish: () => !isAway } as BusPort
  using a = relaying(new Hub(), 'a', { bus, hosts: ['a', 'b', 'c'] })
  for (let at = 0; at < 3; at++) a.pods.publish('news', at, 'fleet.a.web.1')
  isAway = false
  a.pods.publish('news', 3, 'fleet.a.web.1')
  assert.equal(a.pods.logged, [
    'Events do not reach other hosts: news is the first of them',
    '3 events have not reached other hosts',
  ])
})

test.run()

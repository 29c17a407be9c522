// NATS as the engine of a fleet: one server, and three of which some die. Power cuts are not tested here.
import type { KV } from '@nats-io/kv'
import { connect } from '@nats-io/transport-node'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { NatsEngine } from '../../../pods/fleet/nats/engine.ts'
import type { NatsLink } from '../../../pods/fleet/nats/link.ts'
import { NatsState } from '../../../pods/fleet/nats/state.ts'
import type { StateChange } from '../../../pods/fleet/port/ports.ts'
import { TestNats } from '../../nats.ts'
import { needs } from '../../needs.ts'
import { natsServer } from '../../system.ts'
import { until } from '../../until.ts'
import { conformance, type Opened, tableOf } from './conformance.ts'

const test = suite('NATS engine')
const withNats = needs(test, 'nats-server')

let nats: TestNats | undefined
let opened: Opened & { one: NatsEngine; other: NatsEngine }

async function openedAt(at: TestNats, fleet: string, replicas: number): Promise<NatsEngine> {
  const engine = new NatsEngine({ servers: at.urls, fleet, host: 'a', replicas, timeoutMs: 2000 })
  await engine.open()
  await until(() => engine.isUp, 'the engine is there')
  return engine
}

test.before(async () => {
  if (!natsServer()) return
  nats = await TestNats.open({ servers: 3 })
  const [one, other] = await Promise.all([openedAt(nats, 'f', 3), openedAt(nats, 'f', 3)])
  opened = { one, other }
})
test.after(async () => {
  await Promise.all([opened?.one.close(), opened?.other.close()])
  await nats?.[Symbol.asyncDispose]()
})

conformance(withNats, () => opened, { keepsReplaced: false })

test('a watch that the engine refuses says so each time, and is tried again', async () => {
  const events = new EventTarget()
  const link = { isUp: true, events, problem: '' } as unknown as NatsLink
  const jsm = { streams: { getMessage: async () => null } }
  const watch = async () => Promise.reject(new Error('no consumer here'))
  const kv = { jsm, subjectForKey: String, watch } as unknown as KV
  const told: StateChange[] = []
  for await (const change of new NatsState(link, () => kv).watch('', new AbortController().signal)) {
    told.push(change)
    if (told.length === 2) break
  }
  const stale = { t: 'stale', why: 'the engine tells no changes: no consumer here' }
  assert.equal(told, [stale, stale])
})

withNats('an engine that will not do is tried again: once it will, it is there', async () => {
  assert.ok(nats)
  const few = await openedAt(nats, 'few', 1)
  const engine = new NatsEngine({ servers: nats.urls, fleet: 'few', host: 'a', replicas: 3, timeoutMs: 2000 })
  await engine.open()
  assert.match(engine.problem, /kept by 1 servers, and 3 are asked for/)
  const connection = await connect({ servers: nats.urls })
  for (const stream of ['KV_p8a-few-state', 'p8a-few-images'])
    await connection.request(`$JS.API.STREAM.DELETE.${stream}`)
  await until(() => engine.isUp, 'it is there')
  await Promise.all([connection.close(), few.close(), engine.close()])
})

withNats('a server of three that is killed costs no acknowledged write, and the watch misses none', async () => {
  assert.ok(nats)
  const { one, other } = opened
  const ending = new AbortController()
  const { table, going } = tableOf(other, 'kill', ending.signal)
  const acknowledged: number[] = []
  const write = async (at: number) => {
    if ((await one.state.put(`kill.${at}`, Buffer.from(String(at)), 'any')).ok) acknowledged.push(at)
  }
  for (let at = 0; at < 50; at++) await write(at)
  await nats.kill(0)
  let next = 50
  await until(async () => {
    await write(next++)
    return acknowledged.length >= 70
  }, 'writes are acknowledged again')
  await nats.start(0)
  await until(() => acknowledged.every(at => table.has(`kill.${at}`)), 'all of them are told')
  for (const at of acknowledged) {
    const found = await until(async () => {
      const got = await other.state.get(`kill.${at}`)
      return got.ok && got
    }, 'it is read')
    assert.ok(found.value, `${at} is lost`)
  }
  ending.abort()
  await going
})

withNats('without a majority of servers all is refused; once it is back all goes on by itself', async () => {
  assert.ok(nats)
  const { one } = opened
  await Promise.all([nats.kill(0), nats.kill(1), nats.kill(2)])
  await until(() => !one.isUp, 'the engine is gone')
  const put = await one.state.put('gone.a', Buffer.from('1'), 'any')
  assert.is(put.ok ? 'done' : put.why, 'unavailable')
  await Promise.all([nats.start(0), nats.start(1), nats.start(2)])
  await until(async () => (await one.state.put('gone.a', Buffer.from('1'), 'any')).ok, 'it is written')
})

test.run()

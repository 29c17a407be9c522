// The events of two hosts, one of which is asked over the bus of an embedded engine.
import type { HostEvent, OwnVerbs, P8a } from 'p8a'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedEngine } from '../../../../pods/fleet/embedded/engine.ts'
import { Hub } from '../../../../pods/fleet/embedded/hub.ts'
import { answer } from '../../../../pods/fleet/host/answering.ts'
import { fleetEvents, type JournalOptions } from '../../../../pods/fleet/host/journal.ts'
import { Tables } from '../../../../pods/fleet/host/tables.ts'
import { until } from '../../../until.ts'

const test = suite('journal')

type Asked = { path: string; after?: number; since?: string; limit?: number; waitMs?: number; name?: string }

/** A host with events that it numbers from 1 on, some of which come later. */
class Host {
  events: HostEvent[] = []
  failures: Error[] = []
  isUnknown = false
  waiting = 0
  #name: string
  #more = Promise.withResolvers<void>()

  constructor(name: string) {
    this.#name = name
  }

  tell(second: number, pod = 'web'): void {
    const at = `2026-11-29T10:00:${String(second).padStart(2, '0')}.000Z`
    const of = { number: this.events.length + 1, at, path: `fleet.${this.#name}`, pod }
    this.events.push({ ...of, type: 'ready', run: `${pod}.1` } as HostEvent)
    this.#more.resolve()
    this.#more = Promise.withResolvers()
  }

  readonly verbs = {
    ask: async (_: string, { path, after, since = '', limit = 100, waitMs }: Asked) => {
      assert.is(path, `fleet.${this.#name}`)
      const failure = this.failures.shift()
      if (failure) throw failure
      if (this.isUnknown) throw Object.assign(new Error('There is no pod'), { code: 'pod_not_found' })
      const behind = () => this.events.filter(({ number, at }) => number > (after ?? 0) && at >= since)
      if (waitMs !== undefined && behind().length === 0) {
        this.waiting++
        await this.#more.promise
      }
      const events = after === undefined ? behind().slice(-limit) : behind().slice(0, limit)
      return { events, at: this.events.at(-1)?.number ?? 0, first: 1 }
    },
  } as unknown as P8a['verbs']
}

function opened() {
  const { bus } = new EmbeddedEngine(new Hub())
  const [a, b] = [new Host('a'), new Host('b')]
  const answering = answer(bus, { p8a: { verbs: b.verbs } as P8a, own: {} as OwnVerbs, host: 'b', path: 'fleet.b' })
  const tables = new Tables(() => 0)
  for (const name of ['a', 'b']) tables.hosts.set(name, { record: { pods: {} } as never, rev: '1' })
  const options: JournalOptions = {
    ...{ p8a: { verbs: a.verbs }, path: 'fleet.a', host: 'a', engine: { bus }, tables, isAlive: () => true },
  }
  const ending = new AbortController()
  const events = (query: object) => fleetEvents(options, { follow: false, ...query, signal: ending.signal })
  const close = () => {
    ending.abort()
    answering.close()
  }
  return { a, b, events, [Symbol.dispose]: close }
}

const shown = (event: HostEvent) => `${event.path} ${'run' in event && event.run} ${event.at.slice(17, 19)}`
async function all(events: AsyncIterable<HostEvent>): Promise<HostEvent[]> {
  const list: HostEvent[] = []
  for await (const one of events) list.push(one)
  return list
}

test('the events of all hosts come in order of time, each with its host, and go on behind the number of one', async () => {
  using fleet = opened()
  const { a, b } = fleet
  a.tell(1)
  b.tell(2)
  a.tell(3)
  const events = await all(fleet.events({}))
  assert.equal(events.map(shown), ['a a.web.1 01', 'b b.web.1 02', 'a a.web.1 03'])
  assert.equal((await all(fleet.events({ limit: 1 }))).map(shown), ['a a.web.1 03'])
  const behind = await all(fleet.events({ after: events[0]?.number }))
  assert.equal(behind.map(shown), ['b b.web.1 02', 'a a.web.1 03'])
})

test('a pod that no host knows is told; one that only one knows is not', async () => {
  using fleet = opened()
  fleet.a.tell(1)
  fleet.b.isUnknown = true
  assert.is((await all(fleet.events({ name: 'web' }))).length, 1)
  fleet.a.isUnknown = true
  assert.is((await all(fleet.events({ name: 'web' })).catch(error => error)).code, 'pod_not_found')
})

test('events are followed as they come, also those that came while a host did not answer', async () => {
  using fleet = opened()
  const { a, b } = fleet
  a.tell(1)
  b.tell(2)
  const last = (await all(fleet.events({}))).at(-1)?.number
  const events = fleet.events({ follow: true, after: last })
  const next = async () => shown((await events.next()).value as HostEvent)
  const first = next()
  a.tell(3)
  assert.is(await first, 'a a.web.1 03')
  b.failures.push(new Error('away'))
  const second = next()
  b.tell(4)
  assert.is(await second, 'b b.web.1 04')
  const third = next()
  b.tell(5)
  assert.is(await third, 'b b.web.1 05')
  await events.return()
})

test('the first behind a number are told, not the last; and those from a time on where there is no number', async () => {
  using fleet = opened()
  const { a, b } = fleet
  b.tell(1)
  for (const second of [2, 3, 4, 5]) a.tell(second)
  const [first] = await all(fleet.events({}))
  const behind = await all(fleet.events({ after: first?.number, limit: 2 }))
  assert.equal(behind.map(shown), ['a a.web.1 02', 'a a.web.1 03'])
  const events = fleet.events({ follow: true, after: 0, since: '2026-11-29T10:00:04.000Z' })
  const next = async () => shown((await events.next()).value as HostEvent)
  assert.equal([await next(), await next()], ['a a.web.1 04', 'a a.web.1 05'])
  await events.return()
})

test('what a host whose clock is behind tells while it is followed is told', async () => {
  using fleet = opened()
  const { a, b } = fleet
  a.tell(30)
  const last = (await all(fleet.events({}))).at(-1)?.number
  const events = fleet.events({ follow: true, after: last })
  const next = async () => shown((await events.next()).value as HostEvent)
  const first = next()
  await until(() => b.waiting > 0, 'the other host is followed')
  b.tell(10)
  assert.is(await first, 'b b.web.1 10')
  await events.return()
})

test.run()

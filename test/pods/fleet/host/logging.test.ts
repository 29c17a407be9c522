// The lines of two hosts, one of which is asked over the bus of an embedded engine.
import type { LogEntry, LogQuery, OwnVerbs, P8a } from 'p8a'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedEngine } from '../../../../pods/fleet/embedded/engine.ts'
import { Hub } from '../../../../pods/fleet/embedded/hub.ts'
import { answer } from '../../../../pods/fleet/host/answering.ts'
import { fleetLogs, type LoggingOptions } from '../../../../pods/fleet/host/logging.ts'
import { Tables } from '../../../../pods/fleet/host/tables.ts'
import { Funnel } from '../../../../pods/fleet/stream/funnel.ts'
import { errorOf } from '../../../fails.ts'

const test = suite('logging')

const line = (second: number, text: string): LogEntry => ({
  ...{ time: `2026-11-29T10:00:${String(second).padStart(2, '0')}.000000000Z`, run: 'web.1', pod: 'web' },
  ...{ source: 'stdout', tags: [], text },
})

/** A host with these lines, and those that come later where they are followed. */
class Host {
  lines: LogEntry[]
  asked: Partial<LogQuery>[] = []
  /** What comes while they are followed. */
  coming = new Funnel<LogEntry | 'broken'>(10)
  isUnknown = false

  constructor(...lines: LogEntry[]) {
    this.lines = lines
  }

  readonly verbs = {
    logs: ({ signal, path: _, ...query }: Partial<LogQuery> & { signal?: AbortSignal; path?: string }) => {
      this.asked.push(query)
      const { coming } = this
      if (query.follow) signal?.addEventListener('abort', () => coming.close())
      return this.#lines(query)
    },
  } as unknown as P8a['verbs']

  async *#lines({ since = '', limit, follow }: Partial<LogQuery>): AsyncGenerator<LogEntry> {
    if (this.isUnknown) throw Object.assign(new Error('There is no pod "web"'), { code: 'pod_not_found' })
    const lines = this.lines.filter(({ time }) => time >= since)
    yield* limit === undefined ? lines : lines.slice(-limit)
    if (!follow) return
    const { coming } = this
    for await (const next of coming) {
      if (next === 'broken') throw new Error('the host broke off')
      this.lines.push(next)
      yield next
    }
  }
}

/** @param has pods that the host b tells of */
function opened(own: Host, other: Host, { gone = false, has = [] as string[] } = {}) {
  const { bus } = new EmbeddedEngine(new Hub())
  const answering = answer(bus, { p8a: { verbs: other.verbs } as P8a, own: {} as OwnVerbs, host: 'b', path: 'fleet.b' })
  const tables = new Tables(() => 0)
  for (const name of ['a', 'b']) tables.hosts.set(name, { record: { pods: {} } as never, rev: '1' })
  tables.hostsWith = pod => (has.includes(pod) ? [{ name: 'b' } as never] : [])
  const options: LoggingOptions = {
    ...{ p8a: { verbs: own.verbs }, path: 'fleet.a', host: 'a', engine: { bus }, tables, isAlive: () => !gone },
  }
  const ending = new AbortController()
  const logs = (query: Partial<LogQuery> = {}) => fleetLogs(options, { ...query, signal: ending.signal })
  const close = () => {
    ending.abort()
    answering.close()
  }
  return { logs, [Symbol.dispose]: close }
}

const shown = ({ run, pod, text }: LogEntry) => `${run ?? pod} ${text}`
async function all(lines: AsyncIterable<LogEntry>): Promise<string[]> {
  const list: string[] = []
  for await (const one of lines) list.push(shown(one))
  return list
}

test('the lines of all hosts come in order of time, each with its host, and the last of all where so many are asked for', async () => {
  const own = new Host(line(1, 'one'), line(4, 'four'))
  const { run: _, pod, ...pushed } = line(2, 'pushed')
  const other = new Host({ ...pushed, ...(pod && { pod }) }, line(3, 'three'))
  using fleet = opened(own, other)
  assert.equal(await all(fleet.logs({ grep: 'x' })), ['a.web.1 one', 'b.web pushed', 'b.web.1 three', 'a.web.1 four'])
  assert.equal(other.asked, [{ grep: 'x' }])
  assert.equal(await all(fleet.logs({ limit: 2 })), ['b.web.1 three', 'a.web.1 four'])
  assert.equal(await all(fleet.logs({ name: 'b.web.1' })), ['b.web pushed', 'b.web.1 three'])
  assert.equal(other.asked.at(-1), { name: 'web.1' })
})

test('a host that does not know the pod is passed over; where none does, that is told', async () => {
  const [own, other] = [new Host(line(1, 'one')), new Host()]
  other.isUnknown = true
  using fleet = opened(own, other)
  assert.equal(await all(fleet.logs({ name: 'web' })), ['a.web.1 one'])
  own.isUnknown = true
  assert.is((await all(fleet.logs({ name: 'web' })).catch(error => error)).code, 'pod_not_found')
})

test('what no host knows is told as it was asked for: a pod, and a run with its host', async () => {
  const other = new Host()
  other.isUnknown = true
  const own = new Host()
  own.isUnknown = true
  using fleet = opened(own, other, { has: ['web'] })
  const refused = async (query: Partial<LogQuery>) => {
    const { code, message } = await errorOf(async () => await all(fleet.logs(query)))
    return `${code} ${message}`
  }
  assert.is(await refused({ name: 'b.web.99' }), 'run_not_found No host of the fleet has lines of a run "b.web.99"')
  assert.is(await refused({ name: 'web.99' }), 'run_not_found No host of the fleet has lines of a run "web.99"')
  assert.is(await refused({ name: 'web', run: '99' }), 'run_not_found No host of the fleet has lines of a run "web.99"')
  assert.is(await refused({ name: 'b.mail' }), 'pod_not_found No host of the fleet has lines of a pod "b.mail"')
  assert.equal(await all(fleet.logs({ name: 'web' })), [])
})

test('a host that is gone is told by a line', async () => {
  using fleet = opened(new Host(line(1, 'one')), new Host(), { gone: true })
  assert.equal(await all(fleet.logs()), ['a.web.1 one', 'b host "b" is gone: its lines are missing here'])
})

test('lines are followed as they come; a host that breaks off is told, and goes on without a gap or a line twice', async () => {
  const own = new Host(line(1, 'one'))
  const other = new Host(line(2, 'two'))
  using fleet = opened(own, other)
  const lines = fleet.logs({ follow: true, limit: 1 })
  const next = async () => shown((await lines.next()).value as LogEntry)
  assert.is(await next(), 'b.web.1 two')
  const third = next()
  await other.coming.put(line(3, 'three'))
  assert.is(await third, 'b.web.1 three')
  const fourth = next()
  await own.coming.put(line(4, 'four'))
  assert.is(await fourth, 'a.web.1 four')
  const broken = next()
  await other.coming.put('broken')
  assert.match(await broken, /^b host "b" broke off, .*: the host broke off/)
  other.coming = new Funnel(10)
  const fifth = next()
  other.lines.push(line(5, 'five'))
  assert.is(await fifth, 'b.web.1 five')
  const sixth = next()
  await other.coming.put('broken')
  assert.match(await sixth, /^b host "b" broke off, .*: the host broke off/)
  await lines.return()
})

test('one run is followed too once its host is back', async () => {
  const other = new Host(line(2, 'two'))
  using fleet = opened(new Host(), other, { has: ['web'] })
  const lines = fleet.logs({ follow: true, name: 'b.web.1' })
  const next = async () => shown((await lines.next()).value as LogEntry)
  assert.is(await next(), 'b.web.1 two')
  const broken = next()
  await other.coming.put('broken')
  assert.match(await broken, /^b host "b" broke off/)
  const third = next()
  other.lines.push(line(3, 'three'))
  assert.is(await third, 'b.web.1 three')
  assert.is(other.asked.at(-1)?.name, 'web.1')
  await lines.return()
})

test.run()

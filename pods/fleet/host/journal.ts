// What happened to the pods of the fleet on all hosts: in order of time; and, where it is followed, as it comes. Each host numbers its events
// for itself; here an event is numbered by its time, so that whoever comes back can go on behind it.
import { setTimeout as delay } from 'node:timers/promises'
import type { Asked, EventQuery, HostEvent, P8a } from 'p8a'
import type { Engine } from '../port/ports.ts'
import { Funnel } from '../stream/funnel.ts'
import { ask } from './asking.ts'
import type { Tables } from './tables.ts'

export type JournalOptions = {
  p8a: Pick<P8a, 'verbs'>
  /** Of the namespace in which the pods of the fleet are, on this host: that of each host has the name of the host at its end. */
  path: string
  host: string
  engine: Pick<Engine, 'bus'>
  tables: Pick<Tables, 'hosts' | 'onChange' | 'until'>
  isAlive: (host: string) => boolean
}

type Query = Omit<EventQuery & Asked, 'by' | 'hops'>
type Page = { events: HostEvent[]; at: number }

const answerMs = 5000
/** How long a host waits for an event before it answers that there is none. */
const waitMs = 10_000
const againMs = 1000
const mostWaiting = 256
const mostEvents = 1000
/** Numbers of one millisecond are told apart by those that their host gave them. */
const perMs = 1000

/** Of hosts that do not answer, nothing. @throws {Error} `pod_not_found` where no host knows the pod */
export async function* fleetEvents(options: JournalOptions, query: Query): AsyncGenerator<HostEvent, void, undefined> {
  if (query.follow) return yield* following(options, query)
  const { limit = mostEvents, signal, after } = query
  const there = [...options.tables.hosts.keys()].filter(host => isThere(options, host))
  const of = { ...asked(query), signal }
  const pages = await Promise.allSettled(
    there.map(async host =>
      named(options, host, (await (after === undefined ? page : firstPage)(options, host, { ...of, limit })).events),
    ),
  )
  const unknown = pages.flatMap(one => (one.status === 'rejected' && isUnknown(one.reason) ? [one.reason] : []))
  if (unknown.length > 0 && unknown.length === pages.length) throw unknown[0]
  const all = pages
    .flatMap(one => (one.status === 'fulfilled' ? one.value : []))
    .filter(({ number }) => number > (after ?? 0))
    .sort((a, b) => a.number - b.number)
  yield* after === undefined ? all.slice(-limit) : all.slice(0, limit)
}

async function* following(options: JournalOptions, query: Query): AsyncGenerator<HostEvent, void, undefined> {
  const events = new Funnel<HostEvent>(mostWaiting)
  const ending = new AbortController()
  const signal = AbortSignal.any([query.signal, ending.signal])
  const followed = new Set<string>()
  const follow = (host: string) => {
    if (followed.has(host)) return
    followed.add(host)
    void followHost(options, { host, query, signal, put: event => events.put(event) })
  }
  signal.addEventListener('abort', () => events.close(), { once: true })
  const forget = options.tables.onChange(change => {
    if (change.t === 'set' && change.key.startsWith('host.')) follow(change.key.slice('host.'.length))
  })
  for (const host of options.tables.hosts.keys()) follow(host)
  try {
    yield* events
  } finally {
    forget()
    ending.abort()
  }
}

type OfHost = { host: string; query: Query; signal: AbortSignal; put: (event: HostEvent) => Promise<void> }

/** A host that was lost is asked for all that came behind the last event of it that is known. */
async function followHost(options: JournalOptions, { host, query, signal, put }: OfHost): Promise<void> {
  const { name, types, after } = query
  const of = { ...(name !== undefined && { name }), ...(types && { types }) }
  const isPast = after !== undefined || query.since !== undefined
  let at: number | undefined
  while (!signal.aborted) {
    try {
      const isFirst = at === undefined
      const told = isFirst
        ? await firstPage(options, host, { ...asked(query), limit: isPast ? mostEvents : 1, signal })
        : await page(options, host, { ...of, after: at, waitMs, signal })
      at = told.at
      const events = named(options, host, told.events)
      // What comes later is new, also where the clock of its host is behind that of another one.
      const isWanted = (number: number) => !isFirst || (isPast && number > (after ?? 0))
      for (const event of events) if (isWanted(event.number)) await put(event)
    } catch {
      // It is asked again; what happens meanwhile is kept there.
      await delay(againMs, undefined, { signal }).catch(() => {})
      await options.tables.until(() => isThere(options, host) || undefined, signal)
    }
  }
}

/** What a host is asked for first: numbers of the fleet mean times there. */
function asked({ name, types, since, after }: Query) {
  const behind = after === undefined ? undefined : new Date(Math.floor(after / perMs)).toISOString()
  const from = since !== undefined && Date.parse(since) > Date.parse(behind ?? since) ? since : (behind ?? since)
  return { ...(name !== undefined && { name }), ...(types && { types }), ...(from !== undefined && { since: from }) }
}

type Of = ReturnType<typeof asked> & {
  limit?: number
  after?: number | undefined
  waitMs?: number
  signal: AbortSignal
}

/** From their time on, where that is given, the first ones: a host that is asked for no number tells the last ones. */
async function firstPage(options: JournalOptions, host: string, of: Of & { limit: number }): Promise<Page> {
  const last = await page(options, host, of)
  if (of.since === undefined || last.events.length < of.limit) return last
  const first = await page(options, host, { ...of, after: 0 })
  // Nobody has asked for what was before that time, and is not kept any more.
  return { ...first, events: first.events.filter(({ type }) => type !== 'missed') }
}

async function page(
  { p8a, path, host: own, engine }: JournalOptions,
  host: string,
  { signal, ...of }: Of,
): Promise<Page> {
  if (host === own) return await p8a.verbs.ask('events.list', { ...of, path } as never, { signal })
  const timeoutMs = answerMs + (of.waitMs ?? 0)
  return await ask<Page>(engine.bus, host, { method: 'events.list', params: of, timeoutMs, signal })
}

/** As the fleet tells them: at the path of their host within the fleet, and with its name before their run. */
function named({ path, host: own }: JournalOptions, host: string, events: HostEvent[]): HostEvent[] {
  const fleet = path.slice(0, -own.length - 1)
  return events.map(event => {
    const within = event.path.startsWith(`${fleet}.`) ? event.path.slice(fleet.length + 1) : event.path
    const number = Date.parse(event.at) * perMs + (event.number % perMs)
    return { ...event, number, path: within, ...('run' in event && { run: `${host}.${event.run}` }) } as HostEvent
  })
}

const isThere = ({ host: own, isAlive }: JournalOptions, host: string): boolean => host === own || isAlive(host)

const isUnknown = (error: unknown): boolean => (error as { code?: string }).code === 'pod_not_found'

// The log lines of all hosts of the fleet as one: in order of time; and, where they are followed, as they come. A host that is lost is told by
// a line, and followed again once it is back.
import { setTimeout as delay } from 'node:timers/promises'
import type { LogEntry, LogQuery, P8a } from 'p8a'
import type { Engine } from '../port/ports.ts'
import { Funnel } from '../stream/funnel.ts'
import { inOrder } from '../stream/in-order.ts'
import { open } from './asking.ts'
import { fleetError } from './errors.ts'
import { SeenLines } from './seen-lines.ts'
import type { Tables } from './tables.ts'

export type LoggingOptions = {
  p8a: Pick<P8a, 'verbs'>
  /** Of the namespace in which the pods of the fleet are, on this host. */
  path: string
  host: string
  engine: Pick<Engine, 'bus'>
  tables: Pick<Tables, 'hosts' | 'hostsWith' | 'onChange' | 'until'>
  isAlive: (host: string) => boolean
}

type Query = Partial<LogQuery>

/** How long a host may take to begin. */
const beginMs = 5000
/** How soon a host that broke off is asked again. */
const againMs = 1000
/** How many lines wait to be read where they are followed. */
const mostWaiting = 256

/** @param asked names of runs have their host before them, as they are shown: `b.web.1` */
export async function* fleetLogs(
  options: LoggingOptions,
  { signal, ...asked }: Query & { signal: AbortSignal },
): AsyncGenerator<LogEntry, void, undefined> {
  const { only, query } = readQuery(options, asked)
  const named = asked.run === undefined ? asked.name : [asked.name, asked.run].filter(Boolean).join('.')
  const { follow = false, ...past } = query
  const seen = new Map<string, SeenLines>()
  const hosts = [...options.tables.hosts.keys()].filter(host => only === undefined || host === only)
  const lines = pastLines(options, { hosts, named, query: past, seen, signal })
  yield* query.limit === undefined ? lines : await lastOf(lines, query.limit)
  if (follow) yield* following(options, { only, query, seen, signal })
}

type Past = Omit<Following, 'only'> & { hosts: string[]; named: string | undefined }

/**
 * @param past.named as it was asked for, with its host. @throws {Error} `pod_not_found` where no host knows the pod, and `run_not_found` where none
 * has the run
 */
async function* pastLines(
  options: LoggingOptions,
  { hosts, named, query, seen, signal }: Past,
): AsyncGenerator<LogEntry, void, undefined> {
  const alive = hosts.filter(host => isThere(options, host))
  const broken: LogEntry[] = hosts.filter(host => !isThere(options, host)).map(host => told(host, gone(host)))
  let knowing = alive.length
  const failed = (error: unknown, at: number) => {
    if (isUnknown(error)) knowing--
    else broken.push(told(alive[at] ?? '', missing(alive[at] ?? '', error)))
  }
  const streams = alive.map(host => linesOf(options, { host, query, seen: seenOf(seen, host), signal }))
  yield* inOrder(streams, { failed })
  if (named !== undefined && knowing === 0 && broken.length === 0) checkThere(options, { named, query })
  yield* broken
}

/** No host that was asked knows what was asked for: one that is to have the pod may not have begun. */
function checkThere({ tables }: LoggingOptions, { named, query }: Pick<Past, 'named' | 'query'>): void {
  const { name = '', run } = query
  if (run === undefined && podOf(name) === name) {
    if (tables.hostsWith(name).length > 0) return
    throw fleetError('pod_not_found', `No host of the fleet has lines of a pod "${named}"`, {
      text: 'See those that there are',
      do: { verb: 'status' },
    })
  }
  throw fleetError('run_not_found', `No host of the fleet has lines of a run "${named}"`, {
    text: 'See those that there are',
    do: { verb: 'runs' },
  })
}

/** The last so many of all. */
async function lastOf(lines: AsyncIterable<LogEntry>, limit: number): Promise<LogEntry[]> {
  const last: LogEntry[] = []
  for await (const line of lines) {
    last.push(line)
    if (last.length > 2 * limit + 100) last.splice(0, last.length - limit)
  }
  return limit === 0 ? [] : last.slice(-limit)
}

type Following = { only: string | undefined; query: Query; seen: Map<string, SeenLines>; signal: AbortSignal }

/** All hosts, also those that come later, until nobody reads any more. */
async function* following(
  options: LoggingOptions,
  { only, query, seen, signal }: Following,
): AsyncGenerator<LogEntry, void, undefined> {
  const lines = new Funnel<LogEntry>(mostWaiting)
  const ending = new AbortController()
  const either = AbortSignal.any([signal, ending.signal])
  const followed = new Set<string>()
  const follow = (host: string) => {
    if (followed.has(host) || (only !== undefined && host !== only)) return
    followed.add(host)
    void followHost(options, { host, query, seen: seenOf(seen, host), signal: either, put: line => lines.put(line) })
  }
  either.addEventListener('abort', () => lines.close(), { once: true })
  const forget = options.tables.onChange(change => {
    if (change.t === 'set' && change.key.startsWith('host.')) follow(change.key.slice('host.'.length))
  })
  for (const host of options.tables.hosts.keys()) follow(host)
  try {
    yield* lines
  } finally {
    forget()
    ending.abort()
  }
}

type OfHost = { host: string; query: Query; seen: SeenLines; signal: AbortSignal }

async function followHost(
  options: LoggingOptions,
  { put, ...of }: OfHost & { put: (line: LogEntry) => Promise<void> },
): Promise<void> {
  const { host, query, signal } = of
  const { tables } = options
  const { name } = query
  const has = () => name === undefined || tables.hostsWith(podOf(name)).some(record => record.name === host)
  let isLost = false
  while (!signal.aborted) {
    try {
      for await (const line of linesOf(options, of)) {
        isLost = false
        await put(line)
      }
    } catch (error) {
      if (signal.aborted) return
      const isGone = !isUnknown(error)
      if (isGone && !isLost) await put(told(host, missing(host, error)))
      isLost ||= isGone
    }
    await delay(againMs, undefined, { signal }).catch(() => {})
    await tables.until(() => (isThere(options, host) && has()) || undefined, signal)
  }
}

/** What a host has, each line with the name of its host. */
async function* linesOf(
  options: LoggingOptions,
  { host, query, seen, signal }: OfHost,
): AsyncGenerator<LogEntry, void, undefined> {
  const params = seen.again(query)
  for await (const line of await rawLines(options, { host, params, signal })) {
    if (!seen.isNew(line)) continue
    if (line.run !== undefined) yield { ...line, run: `${host}.${line.run}` }
    else yield { ...line, pod: line.pod === undefined ? host : `${host}.${line.pod}` }
  }
}

type Raw = { host: string; params: Query; signal: AbortSignal }

async function rawLines(options: LoggingOptions, { host, params, signal }: Raw): Promise<AsyncIterable<LogEntry>> {
  const { p8a, path, engine } = options
  if (host === options.host) return p8a.verbs.logs({ ...params, path, signal })
  const answer = await open(engine.bus, host, { method: 'pod.logs', params, timeoutMs: beginMs, signal })
  return 'values' in answer ? (answer.values as AsyncIterable<LogEntry>) : listed(answer.value as LogEntry[])
}

/** As a host of an older version answers. */
async function* listed(lines: LogEntry[]): AsyncGenerator<LogEntry, void, undefined> {
  yield* lines
}

/** A run has its host before it, which is then the only one that is asked. */
function readQuery({ tables }: LoggingOptions, asked: Query): { only: string | undefined; query: Query } {
  for (const member of ['run', 'name'] as const) {
    const [host = '', ...rest] = asked[member]?.split('.') ?? []
    if (rest.length > 0 && tables.hosts.has(host) && !/^\d+$/.test(rest.join('.')))
      return { only: host, query: { ...asked, [member]: rest.join('.') } }
  }
  return { only: undefined, query: asked }
}

/** What is asked for may be one run of it. */
const podOf = (name: string): string => name.replace(/\.\d+$/, '')

const isThere = ({ host: own, isAlive }: LoggingOptions, host: string): boolean => host === own || isAlive(host)

function seenOf(all: Map<string, SeenLines>, host: string): SeenLines {
  const seen = all.get(host) ?? new SeenLines()
  all.set(host, seen)
  return seen
}

const isUnknown = (error: unknown): boolean =>
  ['pod_not_found', 'run_not_found'].includes((error as { code?: string }).code ?? '')

const gone = (host: string): string => `host "${host}" is gone: its lines are missing here`
const missing = (host: string, error: unknown): string =>
  `host "${host}" broke off, and lines of it may be missing until it is back: ${(error as Error).message}`

/** A line that the fleet says itself, at the place of the host that it is about. */
const told = (host: string, text: string): LogEntry => ({
  time: new Date().toISOString().replace('Z', '000000Z'),
  pod: host,
  source: 'host',
  tags: ['host', 'fleet'],
  text,
})

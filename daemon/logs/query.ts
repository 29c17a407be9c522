// Log entries of host and pods by pod, run, tag and time, merged in order of time: those on disk, and new ones.
import type { LogEntry } from '../../protocol/words.ts'
import { type ReadBytes, readBytes } from './bytes.ts'
import { type LogSeries, listHost, listPods, listRuns } from './files.ts'
import { Follower } from './follower.ts'
import type { LogQuery } from './log-query.ts'
import type { LogParser } from './parser.ts'
import { type ReadOptions, readSeries } from './read-series.ts'
import { isFull } from './tail.ts'

/**
 * Yields the entries on disk in order of time, in batches that are never empty. Within a file the order of its lines
 * is kept. Ends early on abort.
 * @param dir the directory that has `host.log` and a directory for each pod; either may be missing
 */
export async function* readLogs(dir: string, query: LogQuery, options: ReadOptions = {}): AsyncGenerator<LogEntry[]> {
  const { limit } = query
  if (limit === undefined) return yield* readSeries(await listLogs(dir, query), query, options)
  let most: LogEntry[] = []
  for (let reading = 1; reading <= mostReadings && !options.signal?.aborted; reading++) {
    const { read, isShort } = watched(options.read ?? readBytes)
    const listed = await listLogs(dir, query)
    let found: LogEntry[] = []
    // The last entries come as one batch.
    for await (const entries of readSeries(listed, query, { ...options, read })) found = entries
    if (found.length >= most.length) most = found
    const isWhole = !isShort() && (isFull(found, { ...query, limit }) || !hasMore(await listLogs(dir, query), listed))
    if (isWhole) break
  }
  if (most.length > 0) yield most
}

/** Whether there are files that were not listed before: an older one that is gone may have been missed by then. */
function hasMore(now: readonly LogSeries[], before: readonly LogSeries[]): boolean {
  const known = new Set(before.flatMap(({ files }) => files.map(({ id }) => id)))
  return now.some(({ files }) => files.some(({ id }) => !known.has(id)))
}

/**
 * How often the last entries are read, where files are removed meanwhile: a pod that floods its log always has others by then.
 * What had the most of them is the answer.
 */
const mostReadings = 5

/** Notices that a file is gone, or smaller than it was when it was listed. */
function watched(plain: ReadBytes): { read: ReadBytes; isShort: () => boolean } {
  let isShort = false
  const read: ReadBytes = async (file, position, length) => {
    const bytes = await plain(file, position, length)
    isShort ||= bytes.length < length
    return bytes
  }
  return { read, isShort: () => isShort }
}

/**
 * What `readLogs` yields, as `before`; and new entries as they come, as `after`, each batch in order of time, without a
 * gap or a duplicate between. `before` has to be taken to its end first. A line without an end comes once it has ended,
 * when its files are gone, or at the end after an abort.
 * @param dir the directory that has `host.log` and a directory for each pod; either may appear later
 */
export function followLogs(
  dir: string,
  query: LogQuery,
  options: ReadOptions & { signal: AbortSignal },
): { before: AsyncGenerator<LogEntry[]>; after: AsyncGenerator<LogEntry[]> } {
  const open = new Map<LogSeries, LogParser>()
  let listed: LogSeries[] = []
  return { before: before(), after: after() }

  async function* before(): AsyncGenerator<LogEntry[]> {
    listed = await listLogs(dir, query)
    yield* readSeries(listed, query, { ...options, open })
  }

  async function* after(): AsyncGenerator<LogEntry[]> {
    const follower = new Follower(dir, { ...options, query })
    for (const series of listed) follower.track(series, open.get(series))
    try {
      yield* follower.entries()
    } finally {
      follower.close()
    }
  }
}

/** The series of files that a query is about, host first, then by pod and run. */
async function listLogs(dir: string, { pod, run }: LogQuery): Promise<LogSeries[]> {
  const pods = pod === undefined ? await listPods(dir) : [pod]
  const all = [await listHost(dir)]
  for (const name of pods) all.push(...(await listRuns(dir, name)))
  return all.filter(({ of }) => run === undefined || of === undefined || of.run === run)
}

// `pod.logs`: turns what a client asks into a query of the log files, and sends what comes of it.
import { stat } from 'node:fs/promises'
import { logTime } from '../../protocol/cri.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import { parseRunId, quote, runId } from '../../protocol/names.ts'
import type { LogEntry } from '../../protocol/words.ts'
import { bytesOf, type LogQuery } from '../logs/log-query.ts'
import { followLogs, readLogs } from '../logs/query.ts'
import { favorSpeed } from '../system/memory.ts'
import type { Place } from '../tree/place.ts'
import type { Pods } from '../tree/pods.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'
import { endlessRoom } from './room.ts'
import type { Caller, SendItems } from './verb.ts'

/** How many entries an answer may hold that is not streamed. */
const maxAnswerEntries = 2000
/** What is in memory of the files of a pod while they are read for a stream, about; and of all pods at most. */
const podBytes = 512 * 1024
const mostBytes = 32 * 1024 * 1024

/** How many entries make a log a long one, to be read with code that is compiled for speed. */
const longEntries = 20_000

/** @throws {P8aError} `pod_not_found`, `bad_params`, `unsupported`, `run_not_found` */
export async function logs(
  place: Place,
  params: MethodParams<'pod.logs'>,
  { send, signal, room = endlessRoom }: Caller<'pod.logs'>,
): Promise<MethodResults['pod.logs']> {
  const { paths, settings } = place.seams
  const { logs: dir } = paths
  const limitBytes = settings.maxLogAnswerBytes
  const query = { ...(await sinceBirth(place, queryOf(place.pods, params))), limitBytes }
  checkStream(params, send)
  if (!params.stream || !send) return await room(limitBytes, async () => await readWhole(dir, query, signal))
  const bytes = query.limit === undefined ? streamBytes(place.pods, query) : limitBytes
  return await sendLogs(dir, query, { send, signal, follow: params.follow, room: work => room(bytes, work) })
}

type Sending = {
  send: SendItems<'pod.logs'>
  signal: AbortSignal
  follow: boolean
  room: (work: () => Promise<void>) => Promise<void>
}

/** While it reads what is there, and the client takes it, it has room; what comes later is little at a time. */
async function sendLogs(
  dir: string,
  query: LogQuery & { limitBytes: number },
  { send, signal, follow, room }: Sending,
): Promise<MethodResults['pod.logs']> {
  let count = 0
  let truncated = false
  const sendAll = async (batches: AsyncIterable<LogEntry[]>, limit?: number) => {
    for await (const entries of batches) {
      // The last lines come as one batch.
      if (limit !== undefined) truncated = cut(entries, { limit, limitBytes: query.limitBytes })
      if (count < longEntries && count + entries.length >= longEntries) favorSpeed()
      count += entries.length
      await send(entries)
    }
  }
  const { before, after } = follow
    ? followLogs(dir, query, { signal })
    : { before: readLogs(dir, query, { signal }), after: undefined }
  await room(async () => await sendAll(before, query.limit))
  if (after) await sendAll(after)
  return { entries: [], count, truncated }
}

function streamBytes(pods: Pods, { pod }: LogQuery): number {
  return pod === undefined ? Math.min(podBytes * (pods.all().length + 1), mostBytes) : podBytes
}

/** @throws {P8aError} `bad_params` where it is to follow without a stream; `unsupported` where there can be none */
export function checkStream(
  { stream, follow }: MethodParams<'pod.logs'>,
  send: SendItems<'pod.logs'> | undefined,
): void {
  if (follow && !stream)
    throw new P8aError('bad_params', 'Cannot follow the log without a stream', { hint: 'Set stream to true' })
  if (stream && !send)
    throw new P8aError('unsupported', 'Cannot stream over HTTP', {
      hint: 'Use the socket or the TCP port, or leave stream out',
    })
}

async function readWhole(
  dir: string,
  query: LogQuery & { limitBytes: number },
  signal: AbortSignal,
): Promise<MethodResults['pod.logs']> {
  const limit = Math.min(query.limit ?? maxAnswerEntries, maxAnswerEntries)
  const entries: LogEntry[] = []
  for await (const batch of readLogs(dir, { ...query, limit: limit + 1 }, { signal })) entries.push(...batch)
  const isCut = cut(entries, { limit, limitBytes: query.limitBytes })
  return { entries, count: entries.length, truncated: isCut && entries.length !== query.limit }
}

/** Takes away the oldest that are too many. @returns whether there were any */
function cut(entries: LogEntry[], { limit, limitBytes }: { limit: number; limitBytes: number }): boolean {
  let bytes = 0
  for (const entry of entries) bytes += bytesOf(entry)
  let surplus = 0
  const isTooMuch = () => bytes > limitBytes || entries.length - surplus > limit
  for (; isTooMuch() && surplus < entries.length - 1; surplus++) bytes -= bytesOf(entries[surplus] as LogEntry)
  entries.splice(0, surplus)
  return surplus > 0
}

function queryOf(pods: Pods, { name, run, tags, grep, since, until, limit }: MethodParams<'pod.logs'>): LogQuery {
  const scope = scopeOf(name, run)
  if (scope.pod !== undefined) checkRun(pods.get(scope.pod).supervisor, scope.run)
  return {
    ...scope,
    ...(tags && { tags }),
    ...(grep !== undefined && { grep }),
    ...(since !== undefined && { since: nineDigits(since) }),
    ...(until !== undefined && { until: nineDigits(until) }),
    ...(limit !== undefined && { limit }),
  }
}

/** Not what was said of another pod that had this name before, unless somebody asks for that time. */
async function sinceBirth({ pods, seams }: Place, query: LogQuery): Promise<LogQuery> {
  if (query.pod === undefined || query.since !== undefined) return query
  const oldest = pods.get(query.pod).supervisor.inForce?.desired.images[0]?.pushedAt
  const { birthtimeMs } = await stat(seams.paths.pod(query.pod).dir).catch(() => ({ birthtimeMs: 0 }))
  // Some file systems do not know; and a folder that was copied is younger than what is in it.
  if (birthtimeMs === 0 || oldest === undefined) return query
  return { ...query, since: logTime(Math.min(Math.floor(birthtimeMs), Date.parse(oldest))) }
}

/** One that was removed has been: its number is not above the last. */
function checkRun({ name, lastNumber }: PodSupervisor, run: number | undefined): void {
  if (run === undefined || run <= lastNumber) return
  throw new P8aError('run_not_found', `There is no run ${runId(name, run)} yet`, {
    hint:
      lastNumber > 0
        ? { text: `The last one is ${runId(name, lastNumber)}; to see all`, do: { verb: 'runs', args: [name] } }
        : 'It was never started',
    facts: { pod: name, run: runId(name, run) },
  })
}

function scopeOf(name: string | undefined, run: string | undefined): { pod?: string; run?: number } {
  const ofName = name === undefined ? undefined : (parseRunId(name) ?? { pod: name })
  if (run === undefined) return ofName && 'number' in ofName ? { pod: ofName.pod, run: ofName.number } : (ofName ?? {})
  const id = parseRunId(run)
  const number = id?.number ?? (/^[1-9]\d{0,14}$/.test(run) ? Number(run) : undefined)
  const pod = ofName?.pod ?? id?.pod
  if (number !== undefined && pod !== undefined && (id?.pod ?? pod) === pod) return { pod, run: number }
  const isOther = id !== undefined && ofName !== undefined
  throw new P8aError('run_not_found', `There is no run ${quote(run)}${isOther ? ` of pod ${quote(ofName.pod)}` : ''}`, {
    hint: {
      text: 'Name a run as web.7, or the pod and the number of the run',
      do: { verb: 'logs', args: ['web'], options: { run: '7' } },
    },
  })
}

/** An RFC 3339 time with nine digits, so that times compare as text. */
function nineDigits(time: string): string {
  return `${new Date(time).toISOString().slice(0, 23)}000000Z`
}

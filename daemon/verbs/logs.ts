// `pod.logs`: turns what a client asks into a query of the log files, and sends what comes of it.
import { stat } from 'node:fs/promises'
import { logTime } from '../../protocol/cri.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import { parseRunId, quote, runId } from '../../protocol/names.ts'
import type { LogEntry } from '../../protocol/words.ts'
import type { LogQuery } from '../logs/log-query.ts'
import { followLogs, readLogs } from '../logs/query.ts'
import { favorSpeed } from '../system/memory.ts'
import type { Place } from '../tree/place.ts'
import type { Pods } from '../tree/pods.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'
import type { Caller, SendItems } from './verb.ts'

/** How many entries an answer may hold that is not streamed. */
const maxAnswerEntries = 2000
/** And how much text, so that a client that asks for all does not cost all the memory there is. */
const maxAnswerCharacters = 32 * 1024 * 1024

/** How many entries make a log a long one, to be read with code that is compiled for speed. */
const longEntries = 20_000

/** @throws {P8aError} `pod_not_found`, `bad_params`, `unsupported`, `run_not_found` */
export async function logs(
  place: Place,
  params: MethodParams<'pod.logs'>,
  { send, signal }: Caller<'pod.logs'>,
): Promise<MethodResults['pod.logs']> {
  const { logs: dir } = place.seams.paths
  const query = await sinceBirth(place, queryOf(place.pods, params))
  checkStream(params, send)
  if (!params.stream || !send) return await readWhole(dir, query, signal)
  let count = 0
  for await (const entries of params.follow ? followLogs(dir, query, { signal }) : readLogs(dir, query, { signal })) {
    if (count < longEntries && count + entries.length >= longEntries) favorSpeed()
    count += entries.length
    await send(entries)
  }
  return { entries: [], count, truncated: false }
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

async function readWhole(dir: string, query: LogQuery, signal: AbortSignal): Promise<MethodResults['pod.logs']> {
  const limit = Math.min(query.limit ?? maxAnswerEntries, maxAnswerEntries)
  const entries: LogEntry[] = []
  let characters = 0
  let dropped = 0
  for await (const batch of readLogs(dir, { ...query, limit: limit + 1 }, { signal })) {
    for (const entry of batch) characters += entry.text.length
    entries.push(...batch)
    for (; characters > maxAnswerCharacters || entries.length > limit; dropped++) {
      characters -= entries.shift()?.text.length ?? 0
    }
  }
  const isWhole = dropped === 0 || entries.length === query.limit
  return { entries, count: entries.length, truncated: !isWhole }
}

function queryOf(pods: Pods, { name, run, tags, since, until, limit }: MethodParams<'pod.logs'>): LogQuery {
  const scope = scopeOf(name, run)
  if (scope.pod !== undefined) checkRun(pods.get(scope.pod).supervisor, scope.run)
  return {
    ...scope,
    ...(tags && { tags }),
    ...(since !== undefined && { since: nineDigits(since) }),
    ...(until !== undefined && { until: nineDigits(until) }),
    ...(limit !== undefined && { limit }),
  }
}

/** Not what was said of another pod that had this name before. */
async function sinceBirth({ pods, seams }: Place, query: LogQuery): Promise<LogQuery> {
  if (query.pod === undefined) return query
  const oldest = pods.get(query.pod).supervisor.inForce?.desired.images[0]?.pushedAt
  const { birthtimeMs } = await stat(seams.paths.pod(query.pod).dir).catch(() => ({ birthtimeMs: 0 }))
  // Some file systems do not know; and a folder that was copied is younger than what is in it.
  if (birthtimeMs === 0 || oldest === undefined) return query
  const since = logTime(Math.min(Math.floor(birthtimeMs), Date.parse(oldest)))
  return { ...query, since: query.since !== undefined && query.since > since ? query.since : since }
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

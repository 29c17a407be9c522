// A pod of the fleet as people see it: what is wanted, and what its hosts tell. Pure.
import type { HandledStatus } from 'p8a'
import { usedOf, withoutUsage } from '../decide/usage.ts'
import type { PodRecord, Report } from '../records.ts'
import type { Tables } from './tables.ts'

export type PodView = HandledStatus & { waits: boolean; text: string; runs: { id: string }[]; asleepSince?: string }

export type Views = {
  tables: Pick<Tables, 'hostsWith'>
  isAlive: (host: string) => boolean
  /** Of the clock on the wall. */
  nowMs: () => number
  /** Whether what runs use is told. */
  usage?: boolean
  /** Why nothing is moved at present; empty: nothing hinders it. */
  stillness?: () => string
}

/** The part of a pod that a host has. */
type PartOf = Report & { host: string }

type Told = Pick<Views, 'tables' | 'isAlive'>

/** The state of a pod, and what it follows from. `there`: its parts on hosts that are alive; `current`: those that belong to its last start. */
function seenOf(record: PodRecord, { tables, isAlive }: Told) {
  const there = tables.hostsWith(record.name).flatMap(({ name, pods }): PartOf[] => {
    const report = pods[record.name]
    return report && isAlive(name) ? [{ ...report, host: name }] : []
  })
  const current = there.filter(({ turn, host }) => turn === record.turn && record.assigned[host] !== undefined)
  const well = current.reduce(
    (sum, part) => sum + (isEnough(part) ? Math.max(part.up, record.assigned[part.host] ?? 0) : part.up),
    0,
  )
  const failed = there.find(
    ({ status, failed, turn, host }) =>
      record.assigned[host] !== undefined && (status === 'error' || (failed !== '' && turn === record.turn)),
  )
  const asleepSince = current.flatMap(({ asleepSince = '' }) => asleepSince || []).sort()[0]
  const isAsleep = asleepSince !== undefined && there.every(({ runs }) => runs.length === 0)
  const status =
    record.want === 'idle'
      ? 'idle'
      : failed && !record.waits
        ? 'error'
        : well < record.scale
          ? 'waiting'
          : isAsleep
            ? 'idle'
            : 'up'
  return { there, current, failed, asleepSince, isAsleep, status } as const
}

export const podStateOf = (record: PodRecord, told: Told): HandledStatus['status'] => seenOf(record, told).status

export function statusOf(
  record: PodRecord,
  { tables, isAlive, nowMs, usage = false, stillness = () => '' }: Views,
): PodView {
  const { there, current, failed, asleepSince, isAsleep, status } = seenOf(record, { tables, isAlive })
  const up = current.reduce((sum, { up }) => sum + up, 0)
  // What is down on one host is told, also while there are attempts left.
  const down = failed ?? there.find(({ cause, host }) => cause && record.assigned[host] !== undefined)
  const isDown = down !== undefined && (status === 'error' || (status === 'waiting' && record.waits === ''))
  const image = record.images.find(({ version }) => version === record.version) ?? record.images.at(-1)
  return {
    name: record.name,
    status,
    text: isDown
      ? downText(down, nowMs())
      : record.waits || [placesOf(there), status === 'waiting' ? stillness() : ''].filter(Boolean).join('; '),
    waits: record.waits !== '',
    kind: 'service',
    version: record.version,
    latest: record.images.at(-1)?.version ?? 0,
    hash: image?.hash ?? '',
    want: record.want,
    scale: Math.max(
      record.scale,
      current.reduce((sum, { scale = 0 }) => sum + scale, 0),
    ),
    up,
    restarts: there.reduce((sum, { restarts }) => sum + restarts, 0),
    params: record.params,
    exports: image?.exports ?? [],
    ...(record.isExclusive && { config: { exclusive: true } }),
    ...(isDown && causeOf(down)),
    ...(status === 'idle' && isAsleep && record.want === 'up' && { asleepSince }),
    runs: (usage ? there : there.map(withoutUsageOf)).flatMap(({ host, runs, version }) =>
      runs.map(run => ({ restarts: 0, ...run, ...upFor(run, nowMs()), version, id: `${host}.${run.id}` })),
    ),
  }
}

/** What all of its runs use together, wherever they are; undefined where nothing is known of it. */
export function usedBy(record: PodRecord, views: Views): { name: string; cpu: number; memory: number } | undefined {
  const known = statusOf(record, { ...views, usage: true }).runs.flatMap(run => usedOf(run) ?? [])
  if (known.length === 0) return undefined
  const sum = (what: 'cpu' | 'memory') => known.reduce((all, used) => all + used[what], 0)
  return { name: record.name, cpu: sum('cpu'), memory: sum('memory') }
}

const withoutUsageOf = (part: PartOf): PartOf => ({ ...part, ...withoutUsage(part) })

function upFor({ upAt }: Record<string, unknown>, nowMs: number): { uptimeMs?: number } {
  return typeof upAt === 'string' ? { uptimeMs: Math.max(0, nowMs - Date.parse(upAt)) } : {}
}

/** There are as many runs of it as its host wants now. */
const isEnough = ({ isEnough, asleepSince }: PartOf): boolean => isEnough === true || asleepSince !== undefined

/** Where its runs are, and where it sleeps. */
function placesOf(parts: readonly PartOf[]): string {
  const awake = parts
    .filter(({ runs }) => runs.length > 0)
    .map(({ host, up, runs }) => `${host} (${Math.max(up, runs.length)})`)
  const asleep = parts.filter(part => part.runs.length === 0 && isEnough(part)).map(({ host }) => host)
  return [awake.length > 0 ? `on ${awake.join(', ')}` : '', asleep.length > 0 ? `asleep on ${asleep.join(', ')}` : '']
    .filter(part => part !== '')
    .join('; ')
}

function downText({ host, status, failed, cause, retryAt, text }: PartOf, nowMs: number): string {
  // Where no attempt comes, the host says whether it has given up.
  if (failed !== '' || !cause || (status === 'error' && retryAt === undefined)) return `${host}: ${failed || text}`
  const next = retryAt === undefined ? '' : `; next attempt in ${timeTo(Date.parse(retryAt) - nowMs)}`
  return `${host}: ${cause.text}${next}`
}

/** As `8.0 s` or `4m 10s`. */
function timeTo(ms: number): string {
  if (ms < 60_000) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)}m ${seconds % 60}s`
}

/** As a status tells it: runs have the name of their host before them. */
function causeOf({ host, cause, retryAt }: PartOf): object {
  if (!cause) return {}
  const run = 'run' in cause ? { run: `${host}.${cause.run}` } : {}
  return { cause: { ...cause, ...run }, ...(retryAt !== undefined && { retryAt }) }
}

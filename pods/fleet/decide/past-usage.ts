// What a pod used over time on several hosts, as one: each host measures at moments of its own. Pure.
import type { OwnVerbs } from 'p8a'

/** What one host tells: the oldest point first; `everyMs` is 0 where it measures nothing. */
export type Past = Pick<Awaited<ReturnType<OwnVerbs['usage']>>, 'everyMs' | 'points'>
type Point = Past['points'][number]
type Times = Past & { atMs: number[] }

/** A host's point holds for so many of its intervals: two looks are never exactly one interval apart. */
const holds = 2
/** As many as a host keeps. */
const mostPoints = 480

/** @returns a point for each interval of the host that measures most seldom, up to the newest of all */
export function pastTogether(hosts: readonly Past[]): Past {
  const everyMs = Math.max(0, ...hosts.map(host => host.everyMs))
  const known = hosts.flatMap((host): Times[] => {
    const atMs = host.points.map(({ at }) => Date.parse(at))
    return host.everyMs > 0 && atMs.length > 0 ? [{ ...host, atMs }] : []
  })
  if (known.length === 0) return { everyMs, points: [] }
  const newest = Math.max(...known.map(({ atMs }) => atMs.at(-1) ?? 0))
  const oldest = Math.min(...known.map(({ atMs }) => atMs[0] ?? newest))
  const count = Math.min(mostPoints, 1 + Math.floor((newest - oldest) / everyMs))
  const points = Array.from({ length: count }, (_, step) => {
    const nowMs = newest - (count - 1 - step) * everyMs
    const at = new Date(nowMs).toISOString()
    return { at, ...sumOf(known.flatMap(host => pointAt(host, nowMs) ?? [])) }
  })
  return { everyMs, points }
}

/** What is known of a host at that time. */
function pointAt({ everyMs, points, atMs }: Times, nowMs: number): Point | undefined {
  const at = atMs.findLastIndex(one => one <= nowMs)
  const isFresh = at >= 0 && nowMs - (atMs[at] as number) < holds * everyMs
  return isFresh ? points[at] : undefined
}

/** Of event loops the latest, of all else the sum. */
function sumOf(points: readonly Point[]): Omit<Point, 'at'> {
  const together = (what: 'cpu' | 'memory' | 'requests' | 'lagMs', of: (values: number[]) => number) => {
    const values = points.flatMap(point => point[what] ?? [])
    return values.length === 0 ? {} : { [what]: of(values) }
  }
  const sum = (values: number[]) => Math.round(100 * values.reduce((all, one) => all + one, 0)) / 100
  return {
    ...together('cpu', sum),
    ...together('memory', sum),
    ...together('requests', sum),
    ...together('lagMs', values => Math.max(...values)),
  }
}

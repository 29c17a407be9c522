// Which host's queue an item is in. Pure: every host of a fleet decides the same by the same record.
import { createHash } from 'node:crypto'
import type { Duty, PodRecord } from '../records.ts'

/** What waits for a worker on a host, and how many runs it has there. */
export type QueueLoad = { host: string; waiting: number; runs: number }

/** How many runs of a pod a host is to have: one that was given items of a worker keeps it for them, unless it is drained. */
export function countAt(
  { assigned, queues, want, isExclusive }: Pick<PodRecord, 'assigned' | 'queues' | 'want' | 'isExclusive'>,
  host: string,
  duty: Duty | undefined,
): number {
  const keeps = want === 'up' && !isExclusive && duty !== 'draining' && queues?.includes(host) === true
  return Math.max(assigned[host] ?? 0, keeps ? 1 : 0)
}

/**
 * The hosts among which items of keys and ids are divided: those that had the worker with the first such item. They stay the same, so that a
 * key stays where it is, whatever is placed anew; only hosts that have left the fleet are taken out.
 */
export function ringOf(
  { ring, assigned }: Pick<PodRecord, 'ring' | 'assigned'>,
  isKnown: (host: string) => boolean,
): string[] {
  const left = (ring ?? []).filter(isKnown)
  return left.length > 0 ? left : Object.keys(assigned).filter(isKnown).sort()
}

/** By rendezvous hashing: where a host is taken out, only what it had is divided anew. Undefined: there is no host. */
export function hostOfKey(ring: readonly string[], key: string): string | undefined {
  const weight = (host: string) => createHash('sha256').update(`${host}\0${key}`).digest('hex')
  return ring.map(host => ({ host, weight: weight(host) })).sort((a, b) => (a.weight < b.weight ? 1 : -1))[0]?.host
}

/** Where the least waits for each run, first. */
export function byLoad(loads: readonly QueueLoad[]): string[] {
  const each = ({ waiting, runs }: QueueLoad) => waiting / Math.max(1, runs)
  return [...loads].sort((a, b) => each(a) - each(b) || (a.host < b.host ? -1 : 1)).map(({ host }) => host)
}

/** `b.4711` is 4711 on host b; what names no host of the fleet means whichever has it. */
export function splitHost(text: string, isKnown: (host: string) => boolean): { host?: string; rest: string } {
  const at = text.indexOf('.')
  const host = text.slice(0, Math.max(0, at))
  return at > 0 && isKnown(host) ? { host, rest: text.slice(at + 1) } : { rest: text }
}

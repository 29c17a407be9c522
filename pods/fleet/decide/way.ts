// How a gateway of this host gets to a pod of the fleet whose runs are on other hosts: what is told of that, and which host is tried first. Pure.
import type { Report } from '../records.ts'

export type RouteTold = NonNullable<Report['routes']>[number]

/** `up`: runs that are reached. `problem`: why none is, for people. */
export type Way = { up: number; problem?: string }

/** A host that has the pod, or had it when it was heard of last. */
export type PartAt = {
  host: string
  part: Report
  isAlive: boolean
  /** It tells where other hosts connect to it. */
  isDirect: boolean
}

/** A run, or what is waked by whoever comes. */
const takers = ({ up, asleepSince, isEnough }: Report): number =>
  up || Number(asleepSince !== undefined || isEnough === true)

/** The routes that hosts tell of a pod, each once. */
export function routesAt(parts: readonly PartAt[]): RouteTold[] {
  const byPlace = new Map(parts.flatMap(({ part }) => (part.routes ?? []).map(route => [route.at, route])))
  return [...byPlace.values()]
}

/**
 * How it is at other hosts.
 * @param parts those of other hosts
 * @param isDirect whether this host has direct connections
 */
export function wayTo(parts: readonly PartAt[], { isDirect }: { isDirect: boolean }): Way {
  const alive = parts.filter(part => part.isAlive)
  const up = alive.filter(part => part.isDirect).reduce((sum, { part }) => sum + part.up, 0)
  if (!isDirect) return { up: 0, problem: 'this host has no direct connections to the hosts that have it' }
  if (alive.length > 0 && !alive.some(part => part.isDirect))
    return { up: 0, problem: `${alive.map(({ host }) => host).join(', ')}: there are no direct connections to it` }
  return { up }
}

/** What this host has seen of others. `isFailing`: it was not reached just before. `random`: 0 to 1, for those that are equal. */
export type Known = {
  here: string
  busy: (host: string) => number
  isFailing: (host: string) => boolean
  random: () => number
}

export type Attempt = { host: string; holds: boolean }

/**
 * The hosts to try, one after the other: this one, then whichever has the fewest tunnels of this one for each run, then where it sleeps; and only if none of
 * them takes it, those where whoever comes waits.
 */
export function attempts(parts: readonly PartAt[], { here, busy, isFailing, random }: Known): Attempt[] {
  const order = parts
    .filter(({ host, part, isAlive, isDirect }) => part.routes && (host === here || (isAlive && isDirect)))
    .map(({ host, part }) => ({
      host,
      isTaking: takers(part) > 0,
      isUp: part.up > 0,
      isHere: host === here,
      isFailing: isFailing(host),
      busy: busy(host) / Math.max(1, part.up),
      by: random(),
    }))
    .sort(
      (a, b) =>
        Number(a.isFailing) - Number(b.isFailing) ||
        Number(b.isUp) - Number(a.isUp) ||
        Number(b.isTaking) - Number(a.isTaking) ||
        Number(b.isHere) - Number(a.isHere) ||
        a.busy - b.busy ||
        a.by - b.by,
    )
  const taking = order.filter(({ isTaking }) => isTaking)
  return [...taking.map(({ host }) => ({ host, holds: false })), ...order.map(({ host }) => ({ host, holds: true }))]
}

// What is counted of the requests to each pod, in bounded memory. A run counts its own; what several have counted is added up.
import { type Counted, Latency } from './latency.ts'

/** Requests that were for no pod are counted under this name. */
export const nobody = '-'

/** A request that is over, or has become a connection of its own (101). `ms`: until its answer began. `isQuiet`: it keeps no pod awake. */
export type Over = {
  pod?: string | undefined
  status: number
  error?: string | undefined
  ms: number
  isQuiet?: boolean | undefined
}

/** What one run has counted of a pod. `recent`: requests of the last ten seconds. */
export type PodCount = {
  requests: number
  quiet: number
  recent: number
  open: number
  sockets: number
  waiting: number
  statuses: Record<string, number>
  errors: Record<string, number>
  /** How often it was woken or waited for, and whether it was up then; `wakeMs`: how long that took together. Older runs tell neither. */
  wakes?: Record<'up' | 'failed', number>
  wakeMs?: number
  latency: Counted
}

/** What one run has counted. */
export type Count = { connections: number; pods: Record<string, PodCount> }

/** Of all runs together. Rates are of the last ten seconds, latencies of the last one or two minutes. */
export type PodStats = Omit<PodCount, 'recent' | 'latency'> & {
  perSecond: number
  p50Ms: number | undefined
  p99Ms: number | undefined
}
export type AllStats = { runs: number; connections: number; pods: Record<string, PodStats> }

const recentS = 10
const latencyMs = 60_000

export class Stats {
  #connections = 0
  #pods = new Map<string, OfPod>()
  #nowMs: () => number

  /** @param nowMs a clock that never goes back */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs
  }

  /** There is one more connection. @returns to be called when it is over */
  connected(): () => void {
    this.#connections += 1
    return () => {
      this.#connections -= 1
    }
  }

  /** A request for a pod has begun. */
  began(pod: string): void {
    this.#of(pod).open += 1
  }

  /** It is not that pod's after all. */
  left(pod: string | undefined): void {
    if (pod !== undefined) this.#of(pod).open -= 1
  }

  over({ pod, status, error, ms, isQuiet }: Over): void {
    const of = this.#of(pod ?? nobody)
    if (pod !== undefined) of.open -= 1
    of.requests += 1
    if (isQuiet) of.quiet += 1
    const kind = `${Math.floor(status / 100)}xx`
    of.statuses[kind] = (of.statuses[kind] ?? 0) + 1
    if (error !== undefined) of.errors[error] = (of.errors[error] ?? 0) + 1
    of.take(ms, this.#nowMs())
  }

  woke(pod: string, { isUp, ms }: { isUp: boolean; ms: number }): void {
    const of = this.#of(pod)
    of.wakes[isUp ? 'up' : 'failed'] += 1
    of.wakeMs += ms
  }

  /** A client and a pod have been joined. @returns to be called when that is over */
  joined(pod: string): () => void {
    const of = this.#of(pod)
    of.sockets += 1
    return () => {
      of.sockets -= 1
    }
  }

  /** Forgets pods that are gone, once nothing of them is under way. */
  keep(known: { has(pod: string): boolean }): void {
    for (const [pod, { open, sockets }] of this.#pods) {
      if (pod !== nobody && !known.has(pod) && open === 0 && sockets === 0) this.#pods.delete(pod)
    }
  }

  /** @param waitingFor how many requests wait for a pod */
  count(waitingFor: (pod: string) => number): Count {
    const pods = [...this.#pods].map(([pod, of]) => [pod, of.count(waitingFor(pod), this.#nowMs())] as const)
    return { connections: this.#connections, pods: Object.fromEntries(pods) }
  }

  #of(pod: string): OfPod {
    const known = this.#pods.get(pod)
    if (known) return known
    const of = new OfPod()
    this.#pods.set(pod, of)
    return of
  }
}

class OfPod {
  requests = 0
  quiet = 0
  open = 0
  sockets = 0
  readonly statuses: Record<string, number> = {}
  readonly errors: Record<string, number> = {}
  readonly wakes = { up: 0, failed: 0 }
  wakeMs = 0
  /** Requests by the second, in turns. */
  #seconds = new Uint32Array(recentS + 1)
  #second = 0
  #latency = new Latency()
  #before = new Latency()
  #sinceMs = 0

  take(ms: number, nowMs: number): void {
    this.#goOn(nowMs)
    const at = this.#second % this.#seconds.length
    this.#seconds[at] = (this.#seconds[at] ?? 0) + 1
    this.#latency.add(ms)
  }

  count(waiting: number, nowMs: number): PodCount {
    this.#goOn(nowMs)
    const { requests, quiet, open, sockets, statuses, errors, wakes, wakeMs } = this
    const present = this.#second % this.#seconds.length
    const recent = this.#seconds.reduce((sum, count, at) => (at === present ? sum : sum + count), 0)
    const latency = new Latency()
    for (const part of [this.#latency, this.#before]) latency.take(part.counted())
    const counted = { requests, quiet, recent, open, sockets, waiting, statuses, errors, wakes, wakeMs }
    return { ...counted, latency: latency.counted() }
  }

  #goOn(nowMs: number): void {
    const second = Math.floor(nowMs / 1000)
    const passed = Math.min(second - this.#second, this.#seconds.length)
    for (let step = 1; step <= passed; step += 1) this.#seconds[(this.#second + step) % this.#seconds.length] = 0
    if (passed === this.#seconds.length) this.#seconds.fill(0)
    this.#second = second
    if (nowMs - this.#sinceMs < latencyMs) return
    this.#before = nowMs - this.#sinceMs < 2 * latencyMs ? this.#latency : new Latency()
    this.#latency = new Latency()
    this.#sinceMs = nowMs
  }
}

/** Adds up what the runs of a gateway have counted. */
export function sumOf(counts: readonly Count[]): AllStats {
  const names = new Set(counts.flatMap(({ pods }) => Object.keys(pods)))
  const pods = [...names].sort().map(name => [name, statsOf(counts.flatMap(({ pods }) => pods[name] ?? []))] as const)
  const connections = counts.reduce((sum, { connections }) => sum + connections, 0)
  return { runs: counts.length, connections, pods: Object.fromEntries(pods) }
}

function statsOf(counts: readonly PodCount[]): PodStats {
  const latency = new Latency()
  for (const count of counts) latency.take(count.latency)
  const sum = (of: (count: PodCount) => number) => counts.reduce((all, count) => all + of(count), 0)
  return {
    requests: sum(({ requests }) => requests),
    quiet: sum(({ quiet }) => quiet),
    perSecond: sum(({ recent }) => recent) / recentS,
    open: sum(({ open }) => open),
    sockets: sum(({ sockets }) => sockets),
    waiting: sum(({ waiting }) => waiting),
    p50Ms: latency.quantile(0.5),
    p99Ms: latency.quantile(0.99),
    statuses: merged(counts.map(({ statuses }) => statuses)),
    errors: merged(counts.map(({ errors }) => errors)),
    wakes: { up: 0, failed: 0, ...merged(counts.map(({ wakes = {} }) => wakes)) },
    wakeMs: sum(({ wakeMs = 0 }) => wakeMs),
  }
}

function merged(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const one of all) for (const [key, count] of Object.entries(one)) sums[key] = (sums[key] ?? 0) + count
  return sums
}

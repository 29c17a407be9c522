// What pods have used of cpu and memory in the last hours, how much they were asked, and how late their event loops were, measured now
// and then: a few bytes for each pod and time. It is in memory alone, and begins anew with each host.
import { keyOf, type Named, namedBy } from '../../protocol/changes.ts'
import { isWithin } from '../../protocol/names.ts'
import type { Settings } from '../../protocol/settings.ts'
import type { PodUsage, ProcessUsage, UsagePoint } from '../../protocol/usage.ts'
import type { Clock } from '../system/clock.ts'
import { ProcUsage } from '../system/proc-usage.ts'
import type { Hosts } from '../tree/hosts.ts'
import { type Asked, LookedAt } from './looked-at.ts'
import { measure, type Used } from './usage.ts'
import type { VitalSigns } from './vital-signs.ts'

/** How many points are kept: four hours, a point each 30 s. */
export const keptPoints = 480
/** So soon after its start it looks for the first time. */
const firstMs = 2000

const columns = ['cpu', 'memory', 'requests', 'lagMs'] as const
type Column = (typeof columns)[number]
type Values = Partial<Record<Column, number>>

/** A column begins with its first value. */
type Measured = Named & { columns: Map<Column, Float32Array>; lastTick: number; pids: readonly number[] }

/** Event loops are measured for so long after somebody has looked, beyond two times. */
const lookedMs = 60_000

export type UsageHistoryOptions = {
  hosts: Pick<Hosts, 'root' | 'all'>
  settings: Pick<Settings, 'usageInterval'>
  clock: Clock
  vitals: Pick<VitalSigns, 'of'>
  /** Requests a second since it was asked last, by pod as `keyOf` has it. */
  requests: () => Promise<ReadonlyMap<string, number>>
  /** What processes use now. Default: what the system says. */
  measureAll?: (pids: number[]) => Promise<Used>
}

export class UsageHistory {
  #options: UsageHistoryOptions
  /** When the last points were made; point `tick` is at `tick % keptPoints` of each pod. */
  #times = new Float64Array(keptPoints)
  #tick = 0
  #pods = new Map<string, Measured>()
  #isMeasuring = false
  #processes: Used = {}
  #lookedAt = new LookedAt()
  #measureAll: (pids: number[]) => Promise<Used>

  constructor(options: UsageHistoryOptions) {
    this.#options = options
    this.#measureAll = options.measureAll ?? ofSystem()
  }

  get everyMs(): number {
    return this.#options.settings.usageInterval
  }

  /** Measures from now on. @returns a function that ends it */
  begin(): () => void {
    if (this.everyMs === 0) return () => {}
    const first = setTimeout(() => void this.look(), Math.min(firstMs, this.everyMs)).unref()
    const timer = setInterval(() => void this.look(), this.everyMs).unref()
    return () => {
      clearTimeout(first)
      clearInterval(timer)
    }
  }

  /** Makes a point for each pod that has processes. */
  async look(): Promise<void> {
    // On a machine that is very busy, one may take longer than it is to the next.
    if (this.#isMeasuring) return
    this.#isMeasuring = true
    try {
      const running = this.#running()
      const [used, lags, requests] = await Promise.all([
        // What cannot be seen now is missing at this point, and nothing else is.
        this.#measureAll(running.flatMap(({ pids }) => pids)).catch((): Used => ({})),
        this.#lags().catch(() => new Map<string, number>()),
        this.#options.requests().catch(() => new Map<string, number>()),
      ])
      this.#processes = used
      const tick = ++this.#tick
      this.#times[tick % keptPoints] = this.#options.clock.wallMs()
      for (const { pids, ...pod } of running) {
        const key = keyOf(pod)
        const processes = usedBy(pids.flatMap(pid => used[pid] ?? []))
        this.#keep(pod, { tick, pids, values: { ...processes, requests: requests.get(key), lagMs: lags.get(key) } })
      }
      this.#keepAsked(requests, tick)
      for (const [key, { lastTick }] of this.#pods) if (lastTick <= tick - keptPoints) this.#pods.delete(key)
    } finally {
      this.#isMeasuring = false
    }
  }

  /** Gateways also ask for pods that have no process here: they sleep, or are on another host of a fleet. */
  #keepAsked(requests: ReadonlyMap<string, number>, tick: number): void {
    for (const [key, rate] of requests) {
      const known = this.#pods.get(key)
      if (known?.lastTick === tick || (rate === 0 && !known)) continue
      this.#keep(namedBy(key), { tick, pids: [], values: { requests: rate } })
    }
  }

  /** Whether gateways here have asked for it, while no run of it was here. */
  isElsewhere({ path, name }: Named): boolean {
    const columns = this.#pods.get(keyOf({ path, name }))?.columns
    return columns !== undefined && !columns.has('memory')
  }

  /** What a process used when it was last looked; undefined if it was not there. */
  ofProcess(pid: number): Used[number] {
    return this.#processes[pid]
  }

  /** What one pod, or each pod of a host and of those within it, used when it was last looked. */
  last({ path, name }: Asked): PodUsage[] {
    return this.#among({ path, name }).flatMap(pod => {
      const { cpu, memory } = this.#tick === 0 ? {} : this.#pointAt(this.#tick, [pod])
      if (cpu === undefined || memory === undefined) return []
      return [{ path: pod.path, name: pod.name, cpu, memory, ...this.#processesOf(pod) }]
    })
  }

  #processesOf({ pids }: Measured): { processes?: ProcessUsage[] } {
    if (pids.length < 2) return {}
    const processes = pids.flatMap(pid => {
      const used = this.#processes[pid]
      return used ? [{ pid, cpu: rounded.cpu(used.cpu), memory: used.memory }] : []
    })
    return { processes }
  }

  /** The points of one pod, or of all pods of a host and of those within it together, oldest first. Their event loops are measured from now on. */
  of({ path, name }: Asked): UsagePoint[] {
    const forMs = 2 * this.everyMs + lookedMs
    const isNew = this.#lookedAt.note({ path, name }, { nowMs: this.#options.clock.nowMs(), forMs })
    // They begin to measure when they are asked first, so that the next point has it.
    if (isNew && this.everyMs > 0) void this.#lags().catch(() => {})
    const pods = this.#among({ path, name })
    const first = Math.max(1, this.#tick - keptPoints + 1)
    return Array.from({ length: this.#tick - first + 1 }, (_, step) => this.#pointAt(first + step, pods))
  }

  #among({ path, name }: Asked): Measured[] {
    if (name === undefined) return [...this.#pods.values()].filter(pod => isWithin(path, pod.path))
    const one = this.#pods.get(keyOf({ path, name }))
    return one ? [one] : []
  }

  #pointAt(tick: number, pods: readonly Measured[]): UsagePoint {
    const at = new Date(this.#times[tick % keptPoints] ?? 0).toISOString()
    const values = new Map<Column, number>()
    for (const { columns, lastTick } of pods) {
      // Of a pod that does not run now, the place still has what was there a round before.
      if (tick > lastTick || tick <= lastTick - keptPoints) continue
      for (const [column, kept] of columns) {
        const value = kept[tick % keptPoints]
        if (value === undefined || Number.isNaN(value)) continue
        const known = values.get(column)
        values.set(column, known === undefined ? value : together[column](known, value))
      }
    }
    return { at, ...Object.fromEntries([...values].map(([column, value]) => [column, rounded[column](value)])) }
  }

  #keep(
    { path, name }: Named,
    { tick, pids, values }: { tick: number; pids: readonly number[]; values: { [C in Column]?: number | undefined } },
  ): void {
    const key = keyOf({ path, name })
    const pod = this.#pods.get(key) ?? { path, name, columns: new Map(), lastTick: tick - 1, pids }
    this.#pods.set(key, pod)
    for (const column of columns) {
      const value = values[column]
      if (value !== undefined && !pod.columns.has(column))
        pod.columns.set(column, new Float32Array(keptPoints).fill(Number.NaN))
      const kept = pod.columns.get(column)
      // What is older than a round of all points stands where newer ones do not.
      for (let gone = Math.max(pod.lastTick + 1, tick - keptPoints + 1); gone < tick; gone++)
        kept?.fill(Number.NaN, gone % keptPoints, (gone % keptPoints) + 1)
      kept?.fill(value ?? Number.NaN, tick % keptPoints, (tick % keptPoints) + 1)
    }
    pod.lastTick = tick
    pod.pids = pids
  }

  /** The p99 of the latest run of each pod that somebody looks at. */
  async #lags(): Promise<ReadonlyMap<string, number>> {
    const lags = new Map<string, number>()
    const isLookedAt = this.#lookedAt.at(this.#options.clock.nowMs())
    if (!isLookedAt) return lags
    for (const { lag, ...pod } of await this.#options.vitals.of('', 'history', isLookedAt)) {
      if (lag) lags.set(keyOf(pod), Math.max(lags.get(keyOf(pod)) ?? 0, 1000 * lag.p99))
    }
    return lags
  }

  #running(): (Named & { pids: number[] })[] {
    const { hosts } = this.#options
    return [hosts.root, ...hosts.all()].flatMap(place =>
      place.pods.all().flatMap(({ supervisor }) => {
        const { name, hasRuns } = supervisor
        // Most pods of a large host may sleep, and cost nothing.
        if (!hasRuns) return []
        const pids = supervisor.keeping.figures().processes.map(({ pid }) => pid)
        return pids.length === 0 ? [] : [{ path: place.path, name, pids }]
      }),
    )
  }
}

const sum = (one: number, other: number) => one + other
const tenths = (value: number) => Math.round(value * 10) / 10

/** What two pods have together. */
const together: Record<Column, (one: number, other: number) => number> = {
  cpu: sum,
  memory: sum,
  requests: sum,
  lagMs: Math.max,
}

const rounded: Record<Column, (value: number) => number> = {
  cpu: tenths,
  memory: Math.round,
  requests: value => Math.round(value * 100) / 100,
  lagMs: tenths,
}

function usedBy(used: readonly { cpu: number; memory: number }[]): Values {
  if (used.length === 0) return {}
  return { cpu: used.map(({ cpu }) => cpu).reduce(sum), memory: used.map(({ memory }) => memory).reduce(sum) }
}

/** What is there beside Linux keeps a file open for each process, or begins a program for all: it is for whoever asks once. */
function ofSystem(): (pids: number[]) => Promise<Used> {
  if (process.platform !== 'linux') return measure
  const usage = new ProcUsage()
  return async pids => await usage.look(pids)
}

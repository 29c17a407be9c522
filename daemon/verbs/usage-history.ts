// What pods have used of cpu and memory in the last hours, measured now and then: a few bytes for each pod and time. It is
// in memory alone, and begins anew with each host.
import { keyOf, type Named } from '../../protocol/changes.ts'
import { isWithin } from '../../protocol/names.ts'
import type { Settings } from '../../protocol/settings.ts'
import type { PodUsage, UsagePoint } from '../../protocol/usage.ts'
import type { Clock } from '../system/clock.ts'
import { ProcUsage } from '../system/proc-usage.ts'
import type { Hosts } from '../tree/hosts.ts'
import { measure, type Used } from './usage.ts'

/** How many points are kept: four hours, a point each 30 s. */
export const keptPoints = 480
/** So soon after its start it looks for the first time. */
const firstMs = 2000

type Measured = { path: string; name: string; values: Float32Array; lastTick: number }

export type UsageHistoryOptions = {
  hosts: Pick<Hosts, 'root' | 'all'>
  settings: Pick<Settings, 'usageInterval'>
  clock: Clock
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
      const used = await this.#measureAll(running.flatMap(({ pids }) => pids))
      this.#processes = used
      const tick = ++this.#tick
      this.#times[tick % keptPoints] = this.#options.clock.wallMs()
      for (const { pids, ...pod } of running) this.#keep(pod, { tick, used: pids.flatMap(pid => used[pid] ?? []) })
      for (const [key, { lastTick }] of this.#pods) if (lastTick <= tick - keptPoints) this.#pods.delete(key)
    } finally {
      this.#isMeasuring = false
    }
  }

  /** What a process used when it was last looked; undefined if it was not there. */
  ofProcess(pid: number): Used[number] {
    return this.#processes[pid]
  }

  /** What one pod, or each pod of a host and of those within it, used when it was last looked. */
  last({ path, name }: { path: string; name?: string | undefined }): PodUsage[] {
    return this.#among({ path, name }).flatMap(pod => {
      const { cpu, memory } = this.#tick === 0 ? {} : this.#pointAt(this.#tick, [pod])
      return cpu === undefined || memory === undefined ? [] : [{ path: pod.path, name: pod.name, cpu, memory }]
    })
  }

  /** The points of one pod, or of all pods of a host and of those within it together, oldest first. */
  of({ path, name }: { path: string; name?: string | undefined }): UsagePoint[] {
    const pods = this.#among({ path, name })
    const first = Math.max(1, this.#tick - keptPoints + 1)
    return Array.from({ length: this.#tick - first + 1 }, (_, step) => this.#pointAt(first + step, pods))
  }

  #among({ path, name }: { path: string; name?: string | undefined }): Measured[] {
    if (name === undefined) return [...this.#pods.values()].filter(pod => isWithin(path, pod.path))
    const one = this.#pods.get(keyOf({ path, name }))
    return one ? [one] : []
  }

  #pointAt(tick: number, pods: readonly Measured[]): UsagePoint {
    const at = new Date(this.#times[tick % keptPoints] ?? 0).toISOString()
    const place = 2 * (tick % keptPoints)
    // Of a pod that does not run now, the place still has what was there a round before.
    const had = pods.filter(
      ({ values, lastTick }) =>
        tick <= lastTick && tick > lastTick - keptPoints && !Number.isNaN(values[place] ?? Number.NaN),
    )
    if (had.length === 0) return { at }
    const sum = (which: 0 | 1) => had.reduce((all, { values }) => all + (values[place + which] ?? 0), 0)
    return { at, cpu: Math.round(sum(0) * 10) / 10, memory: Math.round(sum(1)) }
  }

  #keep({ path, name }: Named, { tick, used }: { tick: number; used: { cpu: number; memory: number }[] }): void {
    const key = keyOf({ path, name })
    const pod = this.#pods.get(key) ?? {
      path,
      name,
      values: new Float32Array(2 * keptPoints).fill(Number.NaN),
      lastTick: tick - 1,
    }
    this.#pods.set(key, pod)
    // What is older than a round of all points stands where newer ones do not.
    for (let gone = Math.max(pod.lastTick + 1, tick - keptPoints + 1); gone < tick; gone++)
      pod.values.fill(Number.NaN, 2 * (gone % keptPoints), 2 * (gone % keptPoints) + 2)
    const place = 2 * (tick % keptPoints)
    pod.values[place] = used.length === 0 ? Number.NaN : used.reduce((sum, { cpu }) => sum + cpu, 0)
    pod.values[place + 1] = used.reduce((sum, { memory }) => sum + memory, 0)
    pod.lastTick = tick
  }

  #running(): (Named & { pids: number[] })[] {
    const { hosts } = this.#options
    return [hosts.root, ...hosts.all()].flatMap(place =>
      place.pods.all().flatMap(({ supervisor }) => {
        const { name, hasRuns } = supervisor
        // Most pods of a large host may sleep, and cost nothing.
        if (!hasRuns) return []
        const pids = supervisor.keeping.status(place).runs.flatMap(({ pid }) => pid ?? [])
        return pids.length === 0 ? [] : [{ path: place.path, name, pids }]
      }),
    )
  }
}

/** What is there beside Linux keeps a file open for each process, or begins a program for all: it is for whoever asks once. */
function ofSystem(): (pids: number[]) => Promise<Used> {
  if (process.platform !== 'linux') return measure
  const usage = new ProcUsage()
  return async pids => await usage.look(pids)
}

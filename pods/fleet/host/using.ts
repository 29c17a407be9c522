// What the runs of this host use of cpu and memory, as its root measured it last: it is asked for what it has, and measures nothing for it.
import type { OwnVerbs } from 'p8a'
import { coarse } from '../decide/usage.ts'
import type { Report } from '../records.ts'

type PodUsed = NonNullable<Awaited<ReturnType<OwnVerbs['usage']>>['pods']>[number]

/** How often the root is asked at most. */
const leastMs = 1000

export type UsingOptions = {
  own: Pick<OwnVerbs, 'usage'>
  /** The path of the namespace in which the pods are, in that of `own`. */
  path: string
  /** How often it is asked at least, also where it measures seldom, or did not measure. */
  everyMs: number
  nowMs: () => number
}

export class Using {
  #options: UsingOptions
  #pods = new Map<string, PodUsed>()
  #nextMs = 0

  constructor(options: UsingOptions) {
    this.#options = options
  }

  /** These reports, with what is known of the use of their runs. What the root answers now is told with the next ones. */
  added(reports: Readonly<Record<string, Report>>): Record<string, Report> {
    if (this.#options.nowMs() >= this.#nextMs) void this.#ask()
    return Object.fromEntries(Object.entries(reports).map(([name, report]) => [name, this.#with(name, report)]))
  }

  #with(name: string, report: Report): Report {
    const pod = this.#pods.get(name)
    if (!pod) return report
    const runs = report.runs.map(run => {
      const one = pod.processes?.find(({ pid }) => pid === run.pid)
      const used = one ?? (report.runs.length === 1 ? pod : undefined)
      return used ? { ...run, ...coarse(used) } : run
    })
    return { ...report, runs }
  }

  async #ask(): Promise<void> {
    const { own, path, everyMs, nowMs } = this.#options
    this.#nextMs = nowMs() + everyMs
    try {
      const answer = await own.usage(undefined, { last: true })
      this.#pods = new Map((answer.pods ?? []).filter(pod => pod.path === path).map(pod => [pod.name, pod]))
      if (answer.everyMs > 0) this.#nextMs = nowMs() + Math.max(leastMs, Math.min(everyMs, answer.everyMs))
    } catch {
      // What was known last stays: a host that is away begins nothing and ends nothing by it.
    }
  }
}

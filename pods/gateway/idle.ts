// Which pods have had nothing to do for as long as their rule says. It is told what was counted, and what time it is.

/** `requests`: those that keep it awake, ever. `open`: requests and connections that are under way. */
export type Activity = { pod: string; requests: number; open: number; sleepMs: number }

export class Idle {
  #seen = new Map<string, { requests: number; sinceMs: number }>()

  /**
   * Takes what was counted of the pods that are up and have a rule. Others are forgotten: their time begins anew.
   * @param nowMs of a clock that never goes back
   * @returns those that are to sleep now
   */
  look(all: readonly Activity[], nowMs: number): string[] {
    const before = this.#seen
    this.#seen = new Map()
    return all.flatMap(({ pod, requests, open, sleepMs }) => {
      const known = before.get(pod)
      const isStill = known !== undefined && known.requests === requests && open === 0
      const sinceMs = isStill ? known.sinceMs : nowMs
      this.#seen.set(pod, { requests, sinceMs })
      return nowMs - sinceMs >= sleepMs ? [pod] : []
    })
  }

  /** Whether one that was to sleep still is, by what was counted since. */
  isDue({ pod, requests, open, sleepMs }: Activity, nowMs: number): boolean {
    const known = this.#seen.get(pod)
    return known?.requests === requests && open === 0 && nowMs - known.sinceMs >= sleepMs
  }
}

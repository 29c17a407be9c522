// Lets workers have as many runs as growth.ts says: wakes them, scales them, and puts them to sleep, one step at a time for each.
import type { Verbs } from 'p8a'
import { type Growth, growthOf, type Work, withinMemory } from './growth.ts'
import { type Held, heldBy } from './held.ts'
import type { Worker } from './workers.ts'

export type GrowingNeeds = {
  verbs: Pick<Verbs, 'wake' | 'scale' | 'sleep'>
  workers: () => ReadonlyMap<string, Worker>
  workOf: (queue: string) => Work
  loadOf: (run: string) => { items: number; idleSinceMs: number }
  limitSlots: (queue: string, most: number | undefined) => void
  now: () => number
  /** How many bytes of memory the host may still have. */
  freeMemory: () => number
  log: (line: string) => void
}

export class Growing {
  #needs: GrowingNeeds
  /** The workers of which a step is under way, or has failed a moment ago. */
  #busy = new Set<string>()
  #timers = new Map<string, NodeJS.Timeout>()
  /** What a quota said of a worker when it was last to grow. */
  #held = new Map<string, Held>()
  /** What runs that were begun a moment ago may take, and do not have yet. */
  #promised: { bytes: number; untilMs: number }[] = []
  #isClosed = false

  constructor(needs: GrowingNeeds) {
    this.#needs = needs
  }

  look(): void {
    for (const worker of this.#needs.workers().values()) this.#lookAt(worker)
  }

  /** What would be decided now. */
  growth(worker: Worker): Growth {
    const { workOf, loadOf, now, freeMemory } = this.#needs
    const nowMs = now()
    const busy = worker.up.map(({ id, slot }) => ({ slot, ...loadOf(id) }))
    const scale = worker.isAsleep ? 0 : worker.scale
    const asked = growthOf(workOf(worker.name), { scale, busy }, { policy: worker.policy, nowMs })
    const growth = withinMemory(asked, {
      scale,
      nowMs,
      runBytes: worker.policy.runBytes,
      freeBytes: freeMemory() - this.#promisedAt(nowMs),
    })
    const held = this.#held.get(worker.name)
    return held && growth.wanted > scale ? { ...growth, why: `${growth.why}, ${held.why}` } : growth
  }

  #promisedAt(nowMs: number): number {
    this.#promised = this.#promised.filter(({ untilMs }) => untilMs > nowMs)
    return this.#promised.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  close(): void {
    this.#isClosed = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
  }

  #lookAt(worker: Worker): void {
    const { name, isWanted, isAsleep, status } = worker
    clearTimeout(this.#timers.get(name))
    // One that cannot start has no more runs by being larger, and whoever stopped it wants none.
    if (this.#isClosed || this.#busy.has(name) || !isWanted || (status !== 'up' && !isAsleep)) return
    const scale = isAsleep ? 0 : worker.scale
    const { wanted, why, lookAtMs } = this.growth(worker)
    if (wanted !== scale) void this.#step(worker, { from: scale, to: wanted, why })
    else if (lookAtMs !== undefined)
      this.#timers.set(
        name,
        setTimeout(() => this.#lookAgain(name), Math.max(1, lookAtMs - this.#needs.now())),
      )
  }

  #lookAgain(name: string): void {
    const worker = this.#needs.workers().get(name)
    if (worker) this.#lookAt(worker)
  }

  async #step(
    { name, scale, policy }: Worker,
    { from, to, why }: { from: number; to: number; why: string },
  ): Promise<void> {
    const { verbs, limitSlots, log, now } = this.#needs
    this.#busy.add(name)
    if (policy.runBytes && to > from)
      this.#promised.push({ bytes: (to - from) * policy.runBytes, untilMs: now() + promisedMs })
    let isDone = true
    try {
      log(`${name}: ${why}`)
      if (to < from) limitSlots(name, to)
      // It would wake with as many runs as it had.
      if (from === 0 && scale > to) await verbs.scale(name, to, { wait: false })
      if (from === 0) await verbs.wake(name)
      else if (to === 0) await verbs.sleep(name)
      else isDone = await this.#scale(name, { from, to })
    } catch (error) {
      isDone = false
      log(`${name}: ${(error as Error).message}`)
    }
    if (to < from) limitSlots(name, undefined)
    if (!isDone) await new Promise(resolve => setTimeout(resolve, againMs).unref())
    this.#busy.delete(name)
    this.#lookAgain(name)
  }

  /** Where a quota has no room for all, as many as it has room for. @returns whether it is all. @throws what the host answers where that is none */
  async #scale(name: string, { from, to }: { from: number; to: number }): Promise<boolean> {
    const { scale } = this.#needs.verbs
    this.#held.delete(name)
    try {
      await scale(name, to)
      return true
    } catch (error) {
      const held = heldBy(error, to)
      if (!held) throw error
      this.#held.set(name, held)
      if (held.most <= from) throw error
      await scale(name, held.most)
      return false
    }
  }
}

/** How long a run takes at most until it has the memory that it needs. */
const promisedMs = 30_000
/** After a step that failed. */
const againMs = 2000

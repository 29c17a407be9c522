// How many items each run of a worker has, and which of them get more. What is decided: which run (workers.ts).
import { pickRun, type Worker } from './workers.ts'

/** Of a run that is up: how many items it has, and since when none. */
export type Load = { items: number; idleSinceMs: number }

export class Loads {
  #now: () => number
  #loads = new Map<string, Load>()
  /** In how many slots of a worker runs get items, while it is made smaller. */
  #mostSlots = new Map<string, number>()
  /** Runs that take no calls any more, as attempts have found, until the host says so. */
  #gone = new Set<string>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** These are up by now. One that is not, and still has items, is kept until it has none. */
  onUp(ids: ReadonlySet<string>): void {
    const nowMs = this.#now()
    for (const id of ids) if (!this.#loads.has(id)) this.#loads.set(id, { items: 0, idleSinceMs: nowMs })
    for (const [id, load] of this.#loads) if (!ids.has(id) && load.items === 0) this.#loads.delete(id)
    for (const id of this.#gone) if (!ids.has(id)) this.#gone.delete(id)
  }

  of(run: string): Load {
    return this.#loads.get(run) ?? { items: 0, idleSinceMs: this.#now() }
  }

  /** Runs in slots from there on get no items any more; undefined: all get some again. */
  limitSlots(worker: string, most: number | undefined): void {
    if (most === undefined) this.#mostSlots.delete(worker)
    else this.#mostSlots.set(worker, most)
  }

  onGone(run: string): void {
    this.#gone.add(run)
  }

  /** It may be up all the same. @returns whether it was taken for gone until now */
  isBack(run: string): boolean {
    return this.#gone.delete(run)
  }

  /**
   * The run that gets the next item of a worker; undefined where all have as many as they may.
   * @param more how many each has beside what is begun already
   */
  pick(worker: Worker, more: ReadonlyMap<string, number>): string | undefined {
    return pickRun(worker, {
      itemsOf: run => (this.#loads.get(run)?.items ?? 0) + (more.get(run) ?? 0),
      mostSlots: this.#mostSlots.get(worker.name) ?? Number.POSITIVE_INFINITY,
      isGone: run => this.#gone.has(run),
    })
  }

  begin(run: string): void {
    const load = this.#loads.get(run)
    if (load) load.items++
  }

  free(run: string): void {
    const load = this.#loads.get(run)
    if (!load) return
    load.items--
    if (load.items === 0) load.idleSinceMs = this.#now()
  }
}

// The quotas that are in force, by the paths that they bound, and which of them hold at a path. What is used of them is counted
// elsewhere.
import { isWithin } from '../../protocol/names.ts'
import type { Quota } from '../../protocol/quota.ts'

/** A quota with the path that it bounds. */
export type Bounded = { path: string; bounds: Quota }

export class Quotas {
  #all: ReadonlyMap<string, Quota>
  #listeners = new Set<() => void>()

  constructor(all: ReadonlyMap<string, Quota> = new Map()) {
    this.#all = all
  }

  get all(): ReadonlyMap<string, Quota> {
    return this.#all
  }

  get(path: string): Quota {
    return this.#all.get(path) ?? {}
  }

  /** Those that hold for what is at `path`: its own, and those of all hosts that it lies in. */
  over(path: string): Bounded[] {
    return this.#listed.filter(bounded => isWithin(bounded.path, path))
  }

  /** Those at `path` and within it, by path. */
  within(path: string): Bounded[] {
    return this.#listed.filter(bounded => isWithin(path, bounded.path))
  }

  /** From now on there are these. */
  replace(all: ReadonlyMap<string, Quota>): void {
    this.#all = all
    for (const listener of this.#listeners) listener()
  }

  /** Calls `listener` after each change, until the returned function is called. */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  get #listed(): Bounded[] {
    return [...this.#all].map(([path, bounds]) => ({ path, bounds })).sort((a, b) => (a.path < b.path ? -1 : 1))
  }
}

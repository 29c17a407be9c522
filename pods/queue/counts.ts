// How many items of each queue are in each state, known without a look at the disk. Whoever moves an item says so here.
import { hasEnded, type ItemState, states } from './item.ts'
import type { Statements } from './statements.ts'

export type Counts = Record<ItemState, number>

export class StateCounts {
  #counts = new Map<string, Counts>()

  /** The queues of which items were counted. */
  get queues(): Iterable<string> {
    return this.#counts.keys()
  }

  /** How many items of all queues have not ended. */
  get open(): number {
    return [...this.#counts.values()].reduce((sum, counts) => sum + openOf(counts), 0)
  }

  /** Whether a queue has items. */
  has(queue: string): boolean {
    return Object.values(this.#counts.get(queue) ?? {}).some(count => count > 0)
  }

  of(queue: string): Counts {
    const counts = this.#counts.get(queue)
    if (counts) return counts
    const none = Object.fromEntries(states.map(state => [state, 0])) as Counts
    this.#counts.set(queue, none)
    return none
  }

  /** One item has gone from one state to another. */
  move(queue: string, from: ItemState, to: ItemState): void {
    const counts = this.of(queue)
    counts[from]--
    counts[to]++
  }

  /** Counts all anew. */
  read(statements: Statements): void {
    this.#counts.clear()
    for (const { queue, state, n } of statements
      .of('SELECT queue, state, count(*) AS n FROM item GROUP BY 1, 2')
      .all()) {
      const name = states[Number(state)]
      if (name) this.of(String(queue))[name] = Number(n)
    }
  }
}

/** How many have not ended. */
export function openOf(counts: Counts): number {
  return states.reduce((sum, state) => sum + (hasEnded(state) ? 0 : counts[state]), 0)
}

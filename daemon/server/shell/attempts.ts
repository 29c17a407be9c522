// Counts wrong passwords by address, so that nobody can guess for long. The owner of one IPv6 address has all of its /64,
// so these count as one. Pure: the time is an argument.

import { sourceOf } from '../access/wrong-tokens.ts'

export type AttemptLimits = {
  /** How many wrong passwords an address may give before it is refused. */
  most: number
  /** For how long. */
  lockoutMs: number
}

/** How many addresses are remembered; if there are more, the one with the oldest wrong password is forgotten. */
const maxAddresses = 10_000

export class Attempts {
  #limits: AttemptLimits
  #wrong = new Map<string, { count: number; lastMs: number }>()

  constructor(limits: AttemptLimits) {
    this.#limits = limits
  }

  /** How long an address is still refused, in milliseconds; 0: it may try. */
  shutOutMs(address: string, nowMs: number): number {
    const source = sourceOf(address)
    const known = this.#wrong.get(source)
    if (!known) return 0
    const leftMs = known.lastMs + this.#limits.lockoutMs - nowMs
    if (leftMs <= 0) this.#wrong.delete(source)
    return known.count >= this.#limits.most ? Math.max(0, leftMs) : 0
  }

  onWrong(address: string, nowMs: number): void {
    const source = sourceOf(address)
    const count = (this.#wrong.get(source)?.count ?? 0) + 1
    // Moves it to the end of the map, whose first entry is the oldest.
    this.#wrong.delete(source)
    this.#wrong.set(source, { count, lastMs: nowMs })
    const [oldest] = this.#wrong.keys()
    if (this.#wrong.size > maxAddresses && oldest !== undefined) this.#wrong.delete(oldest)
  }

  onRight(address: string): void {
    this.#wrong.delete(sourceOf(address))
  }
}

// How runs of workers ended, as the host tells it. A connection that breaks says only that a run may be gone; whether it was asked to
// end, or died, and so whether the attempt counts, the host says a moment before or after.

/** `asked`: it was asked to end. `died`: it ended otherwise. */
export type RunEnding = 'asked' | 'died'

export class Ends {
  /** The last ones, the oldest first. */
  #known = new Map<string, RunEnding>()
  #waiting = new Map<string, Set<() => void>>()

  /** The host tells how a run ended. */
  tell(run: string, how: RunEnding): void {
    this.#known.delete(run)
    this.#known.set(run, how)
    const [oldest] = this.#known.keys()
    if (this.#known.size > mostKnown && oldest !== undefined) this.#known.delete(oldest)
    for (const resolve of this.#waiting.get(run) ?? []) resolve()
    this.#waiting.delete(run)
  }

  /** One that lives has the name of one of a pod that was removed: what is known is the end of that one. */
  forget(run: string): void {
    this.#known.delete(run)
  }

  /** Resolves with how a run ended once that is known; with undefined if nobody tells for so long. */
  async of(run: string, forMs: number): Promise<RunEnding | undefined> {
    if (this.#known.has(run)) return this.#known.get(run)
    const { promise, resolve } = Promise.withResolvers<void>()
    const waiting = this.#waiting.get(run) ?? new Set()
    this.#waiting.set(run, waiting.add(resolve))
    const timer = setTimeout(resolve, forMs)
    await promise
    clearTimeout(timer)
    waiting.delete(resolve)
    if (waiting.size === 0 && this.#waiting.get(run) === waiting) this.#waiting.delete(run)
    return this.#known.get(run)
  }
}

const mostKnown = 1000

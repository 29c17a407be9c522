// By how much the event loop of a run was late, for several who ask in turns: a run tells it since it was asked last, by whomever. So
// what one of them was told is kept for the others, at its worst. Pure.
import type { Lag } from '../../protocol/loop-lag.ts'

/** Those who ask: a scrape, a person's `--usage`, the page's charts. */
export type LagAsker = 'metrics' | 'status' | 'history'

/** Whoever asks no more for so long is forgotten. */
const quietMs = 5 * 60_000

export class LagSeen {
  #askers = new Map<LagAsker, { askedMs: number; worst?: Lag }>()

  /** What the run has told. */
  note(lag: Lag, nowMs: number): void {
    for (const [asker, { askedMs, worst = lag }] of this.#askers) {
      if (nowMs - askedMs > quietMs) this.#askers.delete(asker)
      else this.#askers.set(asker, { askedMs, worst: worse(worst, lag) })
    }
  }

  /** The worst that was told since this one asked last; undefined if it is new, or if nothing was told. */
  take(asker: LagAsker, nowMs: number): Lag | undefined {
    const worst = this.#askers.get(asker)?.worst
    this.#askers.set(asker, { askedMs: nowMs })
    return worst
  }
}

export function worse(one: Lag, other: Lag): Lag {
  return { p50: Math.max(one.p50, other.p50), p99: Math.max(one.p99, other.p99) }
}

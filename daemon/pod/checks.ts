// What came of the checks of a run, and how long they took. It counts, and knows nothing of what follows from a check.

/** `unanswered`: in time, or since the link was gone. */
export type CheckOutcome = 'passed' | 'failed' | 'unanswered'
export type CheckCounts = Record<CheckOutcome, number> & { seconds: number }

export class Checks {
  #counts: CheckCounts = { passed: 0, failed: 0, unanswered: 0, seconds: 0 }

  get counts(): Readonly<CheckCounts> {
    return this.#counts
  }

  note(outcome: CheckOutcome, tookMs: number): void {
    this.#counts[outcome]++
    this.#counts.seconds += tookMs / 1000
  }
}

// Whether anything goes on in this run, and since when not: at its ports, in calls and commands. Its host puts it to sleep by that.

import { awakeMs, monotonicMs } from '../protocol/deadline.ts'

/** It is looked at so many times while nothing may go on, at least and at most so often. */
const looks = 20
const leastMs = 10
const mostMs = 5000

/** `busy`: how many calls and commands are under way; `begun`: how many there have been. */
export type GoingOn = {
  ports: () => { lastMs(): number; hasFresh(): boolean } | undefined
  busy: () => number
  begun: () => number
}

export class Still {
  #on: GoingOn
  #lastMs = monotonicMs()
  #begun = 0

  constructor(on: GoingOn) {
    this.#on = on
  }

  /** Whether nothing is under way, and nothing was for so long. */
  isStill(forMs: number): boolean {
    const { ports, busy, begun } = this.#on
    if (busy() > 0 || begun() !== this.#begun) this.#lastMs = monotonicMs()
    this.#begun = begun()
    return monotonicMs() - Math.max(this.#lastMs, ports()?.lastMs() ?? 0) >= forMs
  }

  /** Whether nobody would miss anything if it accepted no more from now on; where `forMs` is 0, nobody asks for that. */
  mayRest(forMs: number): boolean {
    return forMs === 0 || (this.isStill(forMs) && !this.#on.ports()?.hasFresh())
  }

  /** Resolves once nothing has gone on for so long; rejects by the signal. */
  async becomes(forMs: number, signal: AbortSignal): Promise<void> {
    const lookMs = Math.min(Math.max(forMs / looks, leastMs), mostMs)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    let timer: NodeJS.Timeout
    let dueMs = awakeMs()
    const look = () => {
      // A machine that slept has not let anyone connect meanwhile.
      if (awakeMs() - dueMs > mostMs) this.#lastMs = monotonicMs()
      if (this.isStill(forMs)) return resolve()
      dueMs = awakeMs() + lookMs
      timer = setTimeout(look, lookMs).unref()
    }
    const onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    look()
    await promise.finally(() => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    })
  }
}

// Calls that are made once, however often they are asked for by the same id: whoever asks again joins one that is under way, or gets
// what came of it. So a caller that was killed finds again what it had asked for.
import { monotonicMs } from '../../protocol/deadline.ts'
import type { Calling } from './context.ts'

export type OnceCall = { calling: Calling; result: Promise<unknown> }

/** How many that are over are kept, and how long. */
const mostSettled = 1000
const keepMs = 60_000

export class OnceCalls {
  #calls = new Map<string, OnceCall>()
  /** When each was over, the oldest first. */
  #settled = new Map<string, number>()
  #now: () => number

  constructor(now: () => number = monotonicMs) {
    this.#now = now
  }

  find(id: string): OnceCall | undefined {
    this.#drop()
    return this.#calls.get(id)
  }

  keep(id: string, call: OnceCall): void {
    this.#calls.set(id, call)
    const onSettled = () => {
      if (this.#calls.get(id) !== call) return
      this.#settled.set(id, this.#now())
      this.#drop()
    }
    call.result.then(onSettled, onSettled)
  }

  /** It was given up: whoever asks for it again lets it be made again. */
  forget(id: string): void {
    this.#calls.delete(id)
    this.#settled.delete(id)
  }

  #drop(): void {
    const beforeMs = this.#now() - keepMs
    for (const [id, atMs] of this.#settled) {
      if (this.#settled.size <= mostSettled && atMs > beforeMs) return
      this.forget(id)
    }
  }
}

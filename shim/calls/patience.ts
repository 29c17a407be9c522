// Ends the calls whose time is up. Calls with the host's timeout share one timer, since a timer for each would cost
// more than the call.
import { awakeMs, deadline } from '../../protocol/deadline.ts'
import type { Call } from './call.ts'

export class Patience {
  readonly defaultMs: number
  /** In the order in which their time is over, since all wait equally long. */
  #calls = new Set<Call>()
  #timer: NodeJS.Timeout | undefined

  constructor(defaultMs: number) {
    this.defaultMs = defaultMs
  }

  watch(call: Call): void {
    call.dueMs = awakeMs() + this.defaultMs
    this.#calls.add(call)
    this.#timer?.ref()
    this.#timer ??= deadline(() => this.#look(), this.defaultMs)
  }

  forget(call: Call): void {
    this.#calls.delete(call)
    // A timer that nobody waits for keeps no process alive.
    if (this.#calls.size === 0) this.#timer?.unref()
  }

  #look(): void {
    const nowMs = awakeMs()
    this.#timer = undefined
    for (const call of this.#calls) {
      if (call.dueMs > nowMs) {
        this.#timer = deadline(() => this.#look(), Math.ceil(call.dueMs - nowMs))
        return
      }
      this.#calls.delete(call)
      call.timeOut()
    }
  }
}

// What a called function finds as `this`. The signal is made when it is asked for, since few functions do.
import type { CallContext } from '../../protocol/author.ts'

export class Calling implements CallContext {
  readonly caller: string | undefined
  readonly deadlineMs: number | undefined
  #abort: AbortController | undefined
  #reason: unknown

  /** @param timeoutMs how long the caller waits from now on */
  constructor(caller: string | undefined, timeoutMs: number | undefined) {
    this.caller = caller
    this.deadlineMs = timeoutMs === undefined ? undefined : Date.now() + timeoutMs
  }

  get signal(): AbortSignal {
    if (!this.#abort) {
      this.#abort = new AbortController()
      if (this.#reason !== undefined) this.#abort.abort(this.#reason)
    }
    return this.#abort.signal
  }

  get isAborted(): boolean {
    return this.#reason !== undefined
  }

  /** The caller does not wait any more. */
  abort(reason: unknown): void {
    this.#reason ??= reason
    this.#abort?.abort(reason)
  }
}

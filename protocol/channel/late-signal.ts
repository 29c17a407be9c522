// An AbortSignal that is made when somebody asks for it: few do, and making one takes longer than a short call.

export class LateSignal {
  #abort: AbortController | undefined
  #reason: unknown

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

  /** Why it was aborted; undefined while it is not. */
  get reason(): unknown {
    return this.#reason
  }

  /** Only the first call counts. */
  abort(reason: unknown): void {
    if (this.isAborted) return
    this.#reason = reason
    this.#abort?.abort(reason)
  }
}

// An AbortSignal that is made when somebody asks for it: few do, and to make one takes longer than a short call.

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

  /** Once; what comes later changes nothing. */
  abort(reason: unknown): void {
    if (this.isAborted) return
    this.#reason = reason
    this.#abort?.abort(reason)
  }
}

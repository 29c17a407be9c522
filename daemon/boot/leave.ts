// Why the daemon goes: a client asked for it, or a signal.

export class Leave {
  #why = Promise.withResolvers<string>()

  /** Goes; what is asked for later changes nothing. */
  now(why: string): void {
    this.#why.resolve(why)
  }

  /** Resolves once it is to go, from when on a signal says so too. */
  async wanted(): Promise<string> {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.now(signal))
    return await this.#why.promise
  }
}

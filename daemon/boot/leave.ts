// The end of the daemon: a client asked for it, or a signal.

export class Leave {
  #why = Promise.withResolvers<string>()

  /** Ends the daemon; later calls change nothing. */
  now(why: string): void {
    this.#why.resolve(why)
  }

  /** Resolves once the daemon has to end. From this call on, signals count too. */
  async wanted(): Promise<string> {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.now(signal))
    return await this.#why.promise
  }
}

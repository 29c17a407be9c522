// The end of the daemon: a client asked for it, a signal, or another data directory, with which it begins again.

/** Why it ends. */
export type Why = { text: string; isAgain: boolean }

export class Leave {
  #why = Promise.withResolvers<Why>()

  /** Ends the daemon; later calls change nothing. */
  now(text: string): void {
    this.#why.resolve({ text, isAgain: false })
  }

  /** Ends the daemon, which then begins again in the same process. */
  again(text: string): void {
    this.#why.resolve({ text, isAgain: true })
  }

  /** Resolves once the daemon has to end. From this call on, signals count too. */
  async wanted(): Promise<Why> {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.now(signal))
    return await this.#why.promise
  }
}

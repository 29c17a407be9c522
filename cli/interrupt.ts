// Ctrl-C while hosts work for this command: the work is given up and told of, in place of a silent end. A second Ctrl-C ends at once.

export class Interrupt {
  #works = new Set<AbortController>()
  #release: (() => void) | undefined
  #isOver = false

  /** Does work whose signal is aborted by Ctrl-C, and from then on at once. */
  async during<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const leaving = new AbortController()
    if (this.#isOver) leaving.abort()
    this.#works.add(leaving)
    this.#release ??= catchSignals(['SIGINT'], () => this.#onInterrupt())
    try {
      return await work(leaving.signal)
    } finally {
      this.#works.delete(leaving)
      if (this.#works.size === 0) this.#end()
    }
  }

  #onInterrupt(): void {
    this.#isOver = true
    for (const work of this.#works) work.abort()
  }

  #end(): void {
    // What Ctrl-C does by default is in force again since it came.
    if (this.#isOver) return
    this.#release?.()
    this.#release = undefined
  }
}

/** That of this process: Ctrl-C gives up all that it does. */
export const interrupt = new Interrupt()

/**
 * Calls `onSignal` in place of the default action of a signal, once: the next one does what it does by default.
 * @returns a function that ends that
 */
export function catchSignals(signals: readonly NodeJS.Signals[], onSignal: () => void): () => void {
  const others = signals.map(signal => [signal, process.listeners(signal)] as const)
  const release = () => {
    for (const [signal, listeners] of others) {
      process.removeAllListeners(signal)
      for (const listener of listeners) process.on(signal, listener)
    }
  }
  for (const signal of signals) {
    process.removeAllListeners(signal)
    process.on(signal, () => {
      release()
      onSignal()
    })
  }
  return release
}

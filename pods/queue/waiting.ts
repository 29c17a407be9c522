// Those who wait for an item to change.
export class Waiting {
  #waiting = new Map<number, Set<() => void>>()

  /** Resolves once the item has changed, the time is over, or the signal is aborted. */
  async change(seq: number, forMs: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const all = this.#waiting.get(seq) ?? new Set()
    this.#waiting.set(seq, all)
    all.add(resolve)
    const timer = setTimeout(resolve, forMs)
    signal?.addEventListener('abort', () => resolve(), { once: true })
    await promise
    clearTimeout(timer)
    all.delete(resolve)
    if (all.size === 0 && this.#waiting.get(seq) === all) this.#waiting.delete(seq)
  }

  has(seq: number): boolean {
    return this.#waiting.has(seq)
  }

  changed(seq: number): void {
    for (const resolve of this.#waiting.get(seq) ?? []) resolve()
  }
}

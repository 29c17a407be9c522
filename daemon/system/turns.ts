// Lets work under the same key happen one after the other, in the order it was asked for.

export class Turns {
  #last = new Map<string, Promise<unknown>>()

  /** Does `work` when all earlier work under `key` is over, however it ended. */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key)
    const turn = before === undefined ? work() : before.then(work, work)
    this.#last.set(key, turn)
    try {
      return await turn
    } finally {
      if (this.#last.get(key) === turn) this.#last.delete(key)
    }
  }
}

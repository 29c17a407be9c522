// Many write, one reads; whoever writes waits for room.

export class Funnel<T> implements AsyncIterable<T> {
  #most: number
  #waiting: T[] = []
  #isClosed = false
  #changed = Promise.withResolvers<void>()

  /** @param most how many may wait */
  constructor(most: number) {
    this.#most = most
  }

  /** Resolves once it waits to be read. What is put into one that is closed is read by nobody. */
  async put(value: T): Promise<void> {
    while (!this.#isClosed && this.#waiting.length >= this.#most) await this.#changed.promise
    if (this.#isClosed) return
    this.#waiting.push(value)
    this.#tell()
  }

  close(): void {
    this.#isClosed = true
    this.#tell()
  }

  /** What waits is read before the end. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      while (this.#waiting.length > 0) {
        const value = this.#waiting.shift() as T
        this.#tell()
        yield value
      }
      if (this.#isClosed) return
      await this.#changed.promise
    }
  }

  #tell(): void {
    const { resolve } = this.#changed
    this.#changed = Promise.withResolvers()
    resolve()
  }
}

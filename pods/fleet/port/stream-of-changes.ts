// A list that is written at one end and read at the other, by whoever watches.

export class Changes<T> implements AsyncIterable<T> {
  #waiting: T[] = []
  #wake: (() => void) | undefined
  #isClosed = false

  push(value: T): void {
    if (this.#isClosed) return
    this.#waiting.push(value)
    this.#wake?.()
  }

  close(): void {
    this.#isClosed = true
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      while (this.#waiting.length > 0) {
        const told = this.#waiting
        this.#waiting = []
        yield* told
      }
      if (this.#isClosed) return
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }
}

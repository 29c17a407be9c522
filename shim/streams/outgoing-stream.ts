// A generator whose values go to a caller: it is pulled only as the caller takes, and ended when the caller goes away.
import { streamWindow } from '../../protocol/calls.ts'
import { toCallError } from '../call-error.ts'

export type StreamWriter = {
  write: (value: unknown) => void
  isFull: () => boolean
  drained: () => Promise<void>
}

export class OutgoingStream {
  #iterator: AsyncIterator<unknown>
  #writer: StreamWriter
  #credit = streamWindow
  #isOver = false
  #wake: (() => void) | undefined

  constructor(values: AsyncIterable<unknown>, writer: StreamWriter) {
    this.#iterator = values[Symbol.asyncIterator]()
    this.#writer = writer
  }

  /**
   * Resolves to whether it came to its end by itself.
   * @throws {P8aError} `call_failed` where the generator throws, and what the writer throws
   */
  async pump(): Promise<boolean> {
    while (!this.#isOver) {
      if (this.#credit === 0) await this.#granted()
      if (this.#writer.isFull()) await this.#writer.drained()
      if (this.#isOver) return false
      const { value, done } = await this.#next()
      if (this.#isOver) return false
      if (done) return true
      this.#credit--
      try {
        this.#writer.write(value)
      } catch (error) {
        this.cancel()
        throw error
      }
    }
    return false
  }

  /** The caller has taken `count` values. What is no such number would let the generator run without end. */
  more(count: unknown): void {
    if (typeof count !== 'number' || !(count > 0)) return
    this.#credit += count
    this.#wake?.()
  }

  /** The caller takes no more: the generator's `finally` blocks run. */
  cancel(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#wake?.()
    // Nobody is there whom a failure could be told; a function that minds catches it itself.
    Promise.resolve(this.#iterator.return?.()).catch(() => {})
  }

  async #next(): Promise<IteratorResult<unknown>> {
    try {
      return await this.#iterator.next()
    } catch (error) {
      throw toCallError(error)
    }
  }

  #granted(): Promise<void> {
    return new Promise(resolve => {
      this.#wake = resolve
    })
  }
}

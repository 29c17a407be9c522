// Streams that handlers answer with: their values lie here until the host asks for more.
import { P8aError } from '../../protocol/errors.ts'
import { toHandlerError } from '../call-error.ts'

/** How many values of a stream may wait to be asked for. */
const maxWaiting = 256

export class HandedStreams {
  #streams = new Map<number, HandedStream>()
  #lastId = 0

  /** @param leaving aborted when nobody takes it any more. @returns what the host asks for it by */
  hand(values: AsyncIterable<unknown>, leaving: AbortController): number {
    this.#streams.set(++this.#lastId, new HandedStream(values, leaving))
    return this.#lastId
  }

  /** What has come since, at least one value unless it is over. @throws {P8aError} what the stream threw */
  async more(id: number): Promise<{ values: unknown[]; isOver: boolean }> {
    const stream = this.#streams.get(id)
    if (!stream) throw new P8aError('aborted', 'The stream is over')
    try {
      const taken = await stream.take()
      if (taken.isOver) this.#streams.delete(id)
      return taken
    } catch (error) {
      this.#streams.delete(id)
      throw toHandlerError(error)
    }
  }

  leave(id: number): void {
    this.#streams.get(id)?.leave()
    this.#streams.delete(id)
  }

  /** The host that took them is gone. */
  leaveAll(): void {
    for (const id of [...this.#streams.keys()]) this.leave(id)
  }
}

class HandedStream {
  #iterator: AsyncIterator<unknown>
  #leaving: AbortController
  #values: unknown[] = []
  #arrived = Promise.withResolvers<void>()
  #isPulling = false
  #isOver = false
  #failure: { error: unknown } | undefined

  constructor(values: AsyncIterable<unknown>, leaving: AbortController) {
    this.#leaving = leaving
    this.#iterator = values[Symbol.asyncIterator]()
  }

  async take(): Promise<{ values: unknown[]; isOver: boolean }> {
    void this.#pull()
    if (this.#values.length === 0 && !this.#isOver) await this.#arrived.promise
    this.#arrived = Promise.withResolvers()
    const values = this.#values.splice(0)
    // What came before the failure is told first.
    if (values.length === 0 && this.#failure) throw this.#failure.error
    return { values, isOver: this.#isOver && !this.#failure }
  }

  leave(): void {
    this.#isOver = true
    this.#arrived.resolve()
    this.#leaving.abort()
    // A generator that waits for something else ends when that has come; what it then throws nobody asked for.
    this.#iterator.return?.().catch(() => {})
  }

  async #pull(): Promise<void> {
    if (this.#isPulling) return
    this.#isPulling = true
    try {
      while (!this.#isOver && this.#values.length < maxWaiting) {
        const { done, value } = await this.#iterator.next()
        if (done) this.#isOver = true
        else this.#values.push(value)
        this.#arrived.resolve()
      }
    } catch (error) {
      this.#failure = { error }
      this.#isOver = true
      this.#arrived.resolve()
    }
    this.#isPulling = false
  }
}

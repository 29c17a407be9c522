// The part of a stream that has arrived and was not taken yet. It makes the sender wait if the taker is slow, and knows
// nothing of what it holds.

/** A sender that can be told to wait. */
export type Source = { pause(): void; resume(): void }

/** How many batches may lie here before the source is paused. */
const mostWaiting = 64

export class BatchQueue<Batch, End> {
  /** Whether the stream has ended or failed. */
  isOver = false
  #batches: Batch[] = []
  #source: Source
  #result: { end: End } | { error: unknown } | undefined
  #wake: () => void = () => {}

  constructor(source: Source) {
    this.#source = source
  }

  push(batch: Batch): void {
    this.#batches.push(batch)
    if (this.#batches.length === mostWaiting) this.#source.pause()
    this.#wake()
  }

  end(end: End): void {
    this.#settle({ end })
  }

  fail(error: unknown): void {
    this.#settle({ error })
  }

  /** The batches in order; returns what the stream ended with, or throws what it failed with. */
  async *batches(): AsyncGenerator<Batch, End, undefined> {
    for (;;) {
      const batch = this.#batches.shift()
      if (batch !== undefined) {
        if (this.#batches.length === 0) this.#source.resume()
        yield batch
      } else if (this.#result === undefined) {
        await new Promise<void>(resolve => {
          this.#wake = resolve
        })
      } else if ('error' in this.#result) throw this.#result.error
      else return this.#result.end
    }
  }

  #settle(result: { end: End } | { error: unknown }): void {
    this.#result ??= result
    this.isOver = true
    this.#wake()
  }
}

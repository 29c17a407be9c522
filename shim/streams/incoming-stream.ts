// The values of a stream between their arrival and their consumer, who tells the other end how far it has come.
import { streamWindow } from '../../protocol/calls.ts'

type Result = IteratorResult<unknown, undefined>
type Taker = { resolve: (result: Result) => void; reject: (error: unknown) => void }

/** After how many values the other end is told: often enough that it never waits for a consumer that is quick. */
const tellEvery = streamWindow / 2

export class IncomingStream {
  #values: unknown[] = []
  #takers: Taker[] = []
  #end: { error: unknown } | undefined
  #taken = 0
  #onTaken: (count: number) => void

  /** @param onTaken the consumer has taken so many more */
  constructor(onTaken: (count: number) => void) {
    this.#onTaken = onTaken
  }

  push(value: unknown): void {
    if (this.#end) return
    const taker = this.#takers.shift()
    if (!taker) return void this.#values.push(value)
    taker.resolve({ value, done: false })
    this.#count()
  }

  /** No more will come; with an error it is thrown behind the last value. */
  end(error?: unknown): void {
    if (this.#end) return
    this.#end = { error }
    for (const taker of this.#takers.splice(0)) void this.take().then(taker.resolve, taker.reject)
  }

  take(): Promise<Result> {
    if (this.#values.length > 0) {
      const value = this.#values.shift()
      this.#count()
      return Promise.resolve({ value, done: false })
    }
    if (!this.#end) return new Promise((resolve, reject) => this.#takers.push({ resolve, reject }))
    const { error } = this.#end
    // An iterator throws once, and is at its end from then on.
    this.#end.error = undefined
    return error === undefined ? Promise.resolve({ value: undefined, done: true }) : Promise.reject(error)
  }

  #count(): void {
    this.#taken++
    if (this.#taken < tellEvery) return
    this.#onTaken(this.#taken)
    this.#taken = 0
  }
}

// The values of the other side that have arrived and were not taken yet. It holds no more than it has granted, and
// tells the other side how much was taken.
import type { Window } from './window.ts'

/** A value; or the end, with the value that the other side ended with. */
export type Taken = IteratorResult<unknown, unknown>

type Taker = { resolve: (taken: Taken) => void; reject: (error: unknown) => void }

export class Inlet {
  #window: Window
  #onTaken: (taken: Window) => void
  #values: unknown[] = []
  #costs: number[] = []
  #takers: Taker[] = []
  /** What may still arrive. */
  #left: Window
  /** How much was taken and not told yet. */
  #taken: Window = { values: 0, bytes: 0 }
  #end: { result: unknown } | { error: unknown } | undefined

  /** @param window how much the other side may already send @param onTaken called with how much more it may send */
  constructor(window: Window, onTaken: (taken: Window) => void) {
    this.#window = window
    this.#left = { ...window }
    this.#onTaken = onTaken
  }

  /** How many values wait for a taker. */
  get waiting(): number {
    return this.#values.length
  }

  get isOver(): boolean {
    return this.#end !== undefined
  }

  /** Lets the other side begin to send, as far ahead of the taker as `window` says. */
  open(window: Window): void {
    this.#window = window
    this.#grant(window)
  }

  /** @returns whether the value was accepted; if not, it is more than was granted */
  push(value: unknown, cost: number): boolean {
    if (this.#end) return true
    if (this.#left.values <= 0 || this.#left.bytes <= 0) return false
    this.#left.values--
    this.#left.bytes -= cost
    const taker = this.#takers.shift()
    if (taker) {
      taker.resolve({ value, done: false })
      this.#count(cost)
    } else {
      this.#values.push(value)
      this.#costs.push(cost)
    }
    return true
  }

  /** No more values come. Those that have come are taken first. */
  end(result?: unknown): void {
    this.#settle({ result })
  }

  /** No more values come. After the last one this is thrown, once. */
  fail(error: unknown): void {
    this.#settle({ error })
  }

  /** Drops the values that nobody took. */
  clear(): void {
    this.#values = []
    this.#costs = []
  }

  take(): Promise<Taken> {
    if (this.#values.length > 0) {
      const value = this.#values.shift()
      this.#count(this.#costs.shift() ?? 0)
      return Promise.resolve({ value, done: false })
    }
    if (!this.#end) return new Promise((resolve, reject) => this.#takers.push({ resolve, reject }))
    if (!('error' in this.#end)) return Promise.resolve({ value: this.#end.result, done: true })
    const { error } = this.#end
    // An iterator throws once, and is at its end from then on.
    this.#end = { result: undefined }
    return Promise.reject(error)
  }

  /** All that wait now. */
  takeWaiting(): unknown[] {
    const values = this.#values
    for (const cost of this.#costs) this.#count(cost)
    this.clear()
    return values
  }

  #settle(end: { result: unknown } | { error: unknown }): void {
    if (this.#end) return
    this.#end = end
    for (const { resolve, reject } of this.#takers.splice(0)) void this.take().then(resolve, reject)
  }

  /** Tells the other side often enough that it never waits for a fast taker. */
  #count(cost: number): void {
    this.#taken.values++
    this.#taken.bytes += cost
    if (this.#end) return
    if (this.#taken.values < this.#window.values / 2 && this.#taken.bytes < this.#window.bytes / 2) return
    const taken = this.#taken
    this.#taken = { values: 0, bytes: 0 }
    this.#grant(taken)
  }

  #grant(more: Window): void {
    this.#left.values += more.values
    this.#left.bytes += more.bytes
    this.#onTaken(more)
  }
}

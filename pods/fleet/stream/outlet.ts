// The end of a stream at the host that answers: keeps what was not taken yet, and lets its source wait for room. What is asked for again is
// given again, so an answer that was lost on its way loses nothing.
import { type Piece, writePiece } from './pieces.ts'

/** How much is kept that was not taken: values, and bytes, of which a value that is larger is kept whole. */
export type OutletLimits = { mostValues: number; mostBytes: number }

/** `isLast`: nothing comes behind these bytes. */
export type Chunk = { bytes: Uint8Array; isLast: boolean }

export class Outlet {
  /** Aborted when nobody takes anything any more. */
  readonly leaving = new AbortController()
  #limits: OutletLimits
  /** What was not taken, and where it begins in all that there was. */
  #kept: Buffer[] = []
  #from = 0
  #size = 0
  /** Where each value ends that was not taken. */
  #ends: number[] = []
  #isOver = false
  /** How many wait for something to come. */
  #waiting = 0
  #changed = Promise.withResolvers<void>()

  constructor(limits: OutletLimits) {
    this.#limits = limits
    this.leaving.signal.addEventListener('abort', () => this.#tell(), { once: true })
  }

  /** Whether somebody waits for what comes. */
  get isAwaited(): boolean {
    return this.#waiting > 0
  }

  put(piece: Piece): void {
    const bytes = writePiece(piece)
    this.#kept.push(bytes)
    this.#size += bytes.byteLength
    if (piece.t === 'value') this.#ends.push(this.#from + this.#size)
    this.#isOver ||= piece.t === 'end' || piece.t === 'error'
    this.#tell()
  }

  /** Resolves once there is room for a value. @returns whether anybody takes it */
  async room(): Promise<boolean> {
    const { mostValues, mostBytes } = this.#limits
    while (!this.leaving.signal.aborted && (this.#ends.length >= mostValues || this.#size >= mostBytes))
      await this.#changed.promise
    return !this.leaving.signal.aborted
  }

  /**
   * The bytes from there on, at most so many. What is before them was taken.
   * @param options.waitMs how long it waits where there are none yet
   * @throws {RangeError} if they are not there any more
   */
  async take(from: number, { most, waitMs }: { most: number; waitMs: number }): Promise<Chunk> {
    if (from < this.#from || from > this.#from + this.#size) throw new RangeError(`There are no bytes from ${from} on`)
    this.#forget(from)
    if (this.#size === 0 && !this.#isOver && most > 0) await this.#within(waitMs)
    const bytes = this.#first(most)
    return { bytes, isLast: this.#isOver && bytes.byteLength === this.#size }
  }

  #first(most: number): Buffer {
    const parts: Buffer[] = []
    let left = most
    for (const part of this.#kept) {
      if (left === 0) break
      parts.push(part.subarray(0, left))
      left -= Math.min(left, part.byteLength)
    }
    return Buffer.concat(parts)
  }

  #forget(until: number): void {
    while (this.#from < until) {
      const first = this.#kept[0] as Buffer
      const taken = Math.min(first.byteLength, until - this.#from)
      if (taken === first.byteLength) this.#kept.shift()
      else this.#kept[0] = first.subarray(taken)
      this.#from += taken
      this.#size -= taken
    }
    while (this.#ends[0] !== undefined && this.#ends[0] <= this.#from) this.#ends.shift()
    this.#tell()
  }

  async #within(waitMs: number): Promise<void> {
    const timer = setTimeout(() => this.#tell(), waitMs)
    this.#waiting++
    await this.#changed.promise
    this.#waiting--
    clearTimeout(timer)
    // What follows at once goes with it.
    await new Promise(resolve => setImmediate(resolve))
  }

  #tell(): void {
    const { resolve } = this.#changed
    this.#changed = Promise.withResolvers()
    resolve()
  }
}

// Line framing for many small lines: bytes go in, the text of all lines that are whole by now comes out. It knows
// nothing of sockets or of what a line says.

const newline = 10

export class LineBatches {
  #parts: Buffer[] = []
  #bytes = 0
  #maxBytes: number

  /** @param maxBytes the most bytes of a line that comes in more than one chunk */
  constructor(options: { maxBytes: number }) {
    this.#maxBytes = options.maxBytes
  }

  /** Bytes of the line that is not whole yet. */
  get pendingBytes(): number {
    return this.#bytes
  }

  /**
   * Takes a chunk, and returns the lines that are whole by now, with newlines between them and none at the end;
   * undefined if there is none.
   * @throws {RangeError} when a line passes `maxBytes`; after that it cannot be used.
   */
  push(chunk: Buffer): string | undefined {
    const end = chunk.lastIndexOf(newline)
    if (end === -1) {
      this.#keep(chunk)
      return undefined
    }
    const text = this.#bytes === 0 ? chunk.toString('utf8', 0, end) : this.#join(chunk.subarray(0, end))
    if (end + 1 < chunk.length) this.#keep(chunk.subarray(end + 1))
    return text
  }

  #keep(part: Buffer): void {
    this.#bytes += part.length
    if (this.#bytes > this.#maxBytes) throw new RangeError(`a line is longer than ${this.#maxBytes} bytes`)
    this.#parts.push(part)
  }

  #join(last: Buffer): string {
    const text = Buffer.concat([...this.#parts, last]).toString()
    this.#parts = []
    this.#bytes = 0
    return text
  }
}

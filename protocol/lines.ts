// Line framing: bytes in, whole lines out. It knows nothing of sockets or of what a line says.

const newline = 10
/** One decoder for all: it keeps nothing between whole lines, and making one takes longer than decoding a line. */
const decoder = new TextDecoder()

/** Splits a stream of bytes into lines at `\n`; a trailing `\r` is dropped. */
export class LineSplitter {
  #parts: Uint8Array[] = []
  #bytes = 0
  /** The most bytes a line may have. It may be raised once the sender is known. */
  maxBytes: number

  constructor(options: { maxBytes: number }) {
    this.maxBytes = options.maxBytes
  }

  /** Bytes of the line that is not whole yet. */
  get pendingBytes(): number {
    return this.#bytes
  }

  /**
   * Yields the lines that `chunk` completes.
   * @throws {RangeError} when a line passes `maxBytes`; after that the splitter cannot be used.
   */
  *push(chunk: Uint8Array): Generator<string, void> {
    let start = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      this.#keep(chunk.subarray(start, end))
      start = end + 1
      yield this.#take()
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start))
  }

  /** The line that is not whole, at the end of the stream. */
  rest(): string {
    return this.#take()
  }

  #keep(part: Uint8Array): void {
    this.#bytes += part.length
    if (this.#bytes > this.maxBytes) throw new RangeError(`a line is longer than ${this.maxBytes} bytes`)
    this.#parts.push(part)
  }

  #take(): string {
    const whole = this.#parts.length === 1 ? (this.#parts[0] as Uint8Array) : this.#join()
    this.#parts = []
    this.#bytes = 0
    const text = decoder.decode(whole)
    return text.endsWith('\r') ? text.slice(0, -1) : text
  }

  #join(): Uint8Array {
    const whole = new Uint8Array(this.#bytes)
    let at = 0
    for (const part of this.#parts) {
      whole.set(part, at)
      at += part.length
    }
    return whole
  }
}

// Blocks of bytes go in, text of whole lines comes out. It knows neither files nor what a line says.

/** A longer line is cut here; the rest counts as a line of its own. */
const maxLineBytes = 1024 * 1024

const newline = 10

/** Cuts a stream of bytes after the last newline of each block; the rest waits for the next block. */
export class LineCutter {
  #rest: Buffer[] = []
  #restBytes = 0

  /** Bytes of a line that is not whole yet. */
  get restBytes(): number {
    return this.#restBytes
  }

  /** Returns the lines that `block` completes, each with its newline; `''` if it completes none. */
  push(block: Buffer): string {
    const end = block.lastIndexOf(newline) + 1
    if (end === 0) {
      this.#keep(block)
      return this.#restBytes < maxLineBytes ? '' : this.end()
    }
    const text = this.#take(block.subarray(0, end))
    if (end < block.length) this.#keep(block.subarray(end))
    return text
  }

  /** Returns the line that was never ended, with a newline, or `''`. */
  end(): string {
    return this.#restBytes === 0 ? '' : `${this.#take()}\n`
  }

  #keep(rest: Buffer): void {
    // A copy, so that a few bytes do not hold the whole block in memory.
    this.#rest.push(Buffer.from(rest))
    this.#restBytes += rest.length
  }

  /** The rest and `more` are decoded together: a block may end within a character. */
  #take(more?: Buffer): string {
    if (this.#restBytes === 0) return more?.toString('utf8') ?? ''
    const whole = Buffer.concat(more ? [...this.#rest, more] : this.#rest)
    this.#rest = []
    this.#restBytes = 0
    return whole.toString('utf8')
  }
}

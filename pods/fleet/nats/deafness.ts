// Whether a watch still tells what is written. A server that is taken out of a cluster takes the consumers with it that it kept, and the client asks
// for another one only after a minute; what this host itself has written, and is not told, says it sooner.

/** How long a watch may tell nothing after something was written that it has to tell. */
const mostMs = 3000
/** A process that stood still first reads what has arrived meanwhile. */
const graceMs = 500

export class Deafness {
  #seen = 0
  #written = 0
  #timer: NodeJS.Timeout | undefined
  #onDeaf: () => void
  #mostMs: number

  /** @param onDeaf is called once */
  constructor(onDeaf: () => void, { mostMs: most = mostMs } = {}) {
    this.#onDeaf = onDeaf
    this.#mostMs = most
  }

  /** A value was written at that revision, which the watch has to tell. */
  wrote(revision: number): void {
    this.#written = Math.max(this.#written, revision)
    if (this.#seen < this.#written) this.#timer ??= this.#after(this.#mostMs, () => this.#after(graceMs, this.#onDeaf))
  }

  /** The watch has told something. */
  told(revision: number): void {
    this.#seen = Math.max(this.#seen, revision)
    this.close()
    if (this.#seen < this.#written) this.wrote(this.#written)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #after(ms: number, then: () => void): NodeJS.Timeout {
    this.#timer = setTimeout(then, ms)
    this.#timer.unref()
    return this.#timer
  }
}

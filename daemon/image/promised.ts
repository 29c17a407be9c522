// Bytes that somebody has just sent, or was told that they are there, and that a push is about to use.

/** A push that has not come by then does not come. */
const patienceMs = 3_600_000

export class Promised {
  /** When each was promised last, the oldest first. */
  #at = new Map<string, number>()

  /** @param nowMs any clock, the same one always */
  note(hashes: Iterable<string>, nowMs: number): void {
    for (const hash of hashes) {
      this.#at.delete(hash)
      this.#at.set(hash, nowMs)
    }
    for (const [hash, at] of this.#at) {
      if (nowMs - at < patienceMs) break
      this.#at.delete(hash)
    }
  }

  /** The push has come, and its image has links to them. */
  done(hashes: Iterable<string>): void {
    for (const hash of hashes) this.#at.delete(hash)
  }

  has(hash: string, nowMs: number): boolean {
    const at = this.#at.get(hash)
    return at !== undefined && nowMs - at < patienceMs
  }

  /** How many are remembered. */
  get size(): number {
    return this.#at.size
  }
}

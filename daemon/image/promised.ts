// Bytes that somebody has just sent, or was told that they are there, and that a push is about to use.

/** A push that has not come by then does not come. */
const patienceMs = 3_600_000

export class Promised {
  /** When each was promised last, the oldest first. */
  #at = new Map<string, number>()
  /** Bytes that are being removed. */
  #leaving = new Map<string, Promise<void>>()

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

  /**
   * Removes bytes by `work`, unless they are promised.
   * @returns whether it did @throws what `work` throws
   */
  async remove(hash: string, nowMs: number, work: () => Promise<void>): Promise<boolean> {
    if (this.has(hash, nowMs)) return false
    const leaving = work()
    this.#leaving.set(
      hash,
      leaving.catch(() => {}),
    )
    await leaving.finally(() => this.#leaving.delete(hash))
    return true
  }

  /** Resolves when none of them is being removed. If they were promised before, none will be: what is there stays there. */
  async settled(hashes: Iterable<string>): Promise<void> {
    await Promise.all([...hashes].map(hash => this.#leaving.get(hash)))
  }

  /** How many are remembered. */
  get size(): number {
    return this.#at.size
  }
}

// Answers that clients have not taken yet, of all connections together. If they are too many bytes, the connection that
// has the most of them is cut off: a limit for each connection alone bounds nothing where there may be hundreds.

/** A connection for which data waits. */
export type Backlog = {
  readonly unreadBytes: number
  /** Ends the connection. */
  cutOff(): void
}

export class Unread {
  #maxBytes: number
  /** Those that have more than the kernel takes at once; the others do not count. */
  #slow = new Set<Backlog>()

  constructor({ maxUnreadBytesInAll }: { maxUnreadBytesInAll: number }) {
    this.#maxBytes = maxUnreadBytesInAll
  }

  /** More data waits for a connection. */
  add(backlog: Backlog): void {
    this.#slow.add(backlog)
    let bytes = 0
    let most = backlog
    for (const one of this.#slow) {
      const { unreadBytes } = one
      bytes += unreadBytes
      if (unreadBytes > most.unreadBytes) most = one
    }
    if (bytes <= this.#maxBytes) return
    this.#slow.delete(most)
    most.cutOff()
  }

  /** Its data was taken, or it is gone. */
  remove(backlog: Backlog): void {
    this.#slow.delete(backlog)
  }
}

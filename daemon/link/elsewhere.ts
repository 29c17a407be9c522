// Which runs call which names that are not up in their own host, so that they can be told once those are.

/** How many names are kept of a run; beyond that the oldest is forgotten, and its calls go on to where they go now. */
export const mostNames = 1000

export class Elsewhere<Peer> {
  #names = new Map<Peer, Set<string>>()

  /** How many names are kept of all runs. */
  get size(): number {
    return [...this.#names.values()].reduce((sum, { size }) => sum + size, 0)
  }

  note(peer: Peer, name: string): void {
    const names = this.#names.get(peer) ?? new Set<string>()
    this.#names.set(peer, names.add(name))
    const [oldest] = names
    if (names.size > mostNames && oldest !== undefined) names.delete(oldest)
  }

  /** @returns those that have asked for this name; they are told once */
  take(name: string): Peer[] {
    const asked = [...this.#names].flatMap(([peer, names]) => (names.delete(name) ? [peer] : []))
    for (const peer of asked) if (this.#names.get(peer)?.size === 0) this.#names.delete(peer)
    return asked
  }

  forget(peer: Peer): void {
    this.#names.delete(peer)
  }
}

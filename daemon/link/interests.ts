// Which runs have resolved which names of which pods, and which runs they know for each name.

/** How many names of a pod are kept of a run; beyond that the oldest is forgotten. A pod has as many as the groups that it is in. */
export const mostNames = 1000

/** `name`: within the host of the pod. `known`: the runs behind it that the one who asked has been told of. */
export type Interest = { name: string; known: string }

export class Interests<Pod extends object, Peer extends object> {
  #ofPods = new WeakMap<Pod, Map<Peer, Map<string, Interest>>>()
  /** In what a run is named, so that nothing of it stays when its link is gone. */
  #namedIn = new WeakMap<Peer, Set<Map<Peer, Map<string, Interest>>>>()

  /** @returns whether it is the first interest in that pod */
  note(pod: Pod, peer: Peer, { full, ...interest }: Interest & { full: string }): boolean {
    const known = this.#ofPods.get(pod)
    const peers = known ?? new Map<Peer, Map<string, Interest>>()
    const names = peers.get(peer) ?? new Map<string, Interest>()
    // The newest is last.
    names.delete(full)
    names.set(full, interest)
    const [oldest] = names.keys()
    if (names.size > mostNames && oldest !== undefined) names.delete(oldest)
    peers.set(peer, names)
    this.#ofPods.set(pod, peers)
    this.#namedIn.set(peer, (this.#namedIn.get(peer) ?? new Set()).add(peers))
    return known === undefined
  }

  /** By the names in full. */
  of(pod: Pod): Iterable<[Peer, Map<string, Interest>]> {
    return this.#ofPods.get(pod) ?? []
  }

  forget(peer: Peer): void {
    for (const peers of this.#namedIn.get(peer) ?? []) peers.delete(peer)
    this.#namedIn.delete(peer)
  }
}

// The two kinds of spares as one: those that the host spawns itself, and those of a keeper, which can be given sockets.
import type { Welcome } from '../../protocol/link.ts'
import type { ShimPeer } from '../system/shims.ts'
import type { Spares } from './spares.ts'

export class SparePools {
  #pools: readonly Spares[]

  constructor(...pools: Spares[]) {
    this.#pools = pools
  }

  get counts(): Spares['counts'] {
    const sum = { ready: 0, hits: 0, misses: 0 }
    for (const { counts } of this.#pools) {
      sum.ready += counts.ready
      sum.hits += counts.hits
      sum.misses += counts.misses
    }
    return sum
  }

  /** Removes what the spares of an earlier host left. */
  async open(): Promise<void> {
    await this.#pools[0]?.open()
  }

  async refill(): Promise<void> {
    await Promise.all(this.#pools.map(pool => pool.refill()))
  }

  detach(): void {
    for (const pool of this.#pools) pool.detach()
  }

  /** The answer to a process that says hello, if it is a spare. */
  onHello(ticket: string, peer: ShimPeer): Welcome | undefined {
    for (const pool of this.#pools) {
      const welcome = pool.onHello(ticket, peer)
      if (welcome) return welcome
    }
    return undefined
  }

  /** A spare has loaded its modules. */
  onReady(peer: ShimPeer): void {
    for (const pool of this.#pools) pool.onReady(peer)
  }
}

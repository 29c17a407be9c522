// Connections that were let in, and have not asked anything yet: a handshake takes several turns. A host that leaves to the next one
// gives them time to ask. It knows nothing of what they say.
import type { EventEmitter } from 'node:events'
import { deadline, monotonicMs } from '../../protocol/deadline.ts'

/** A connection on its way to its first request. */
export type Arrival = {
  /** It has said something, or its handshake is done: more is to be expected. */
  goesOn(): void
  /** It has asked, or is refused. */
  over(): void
}

export class Arrivals {
  /** When each of them showed last that it goes on. */
  #all = new Map<EventEmitter, number>()
  #onOver = new Set<() => void>()

  /** How many have not asked yet. */
  get size(): number {
    return this.#all.size
  }

  add(connection: EventEmitter): Arrival {
    const goesOn = () => {
      if (this.#all.has(connection)) this.#all.set(connection, monotonicMs())
    }
    const over = () => {
      if (!this.#all.delete(connection)) return
      connection.off('close', over)
      for (const listener of [...this.#onOver]) listener()
    }
    this.#all.set(connection, monotonicMs())
    connection.once('close', over)
    return { goesOn, over }
  }

  /**
   * Resolves once each of them has asked, or has not gone on for `eachMs`.
   * @param options.withinMs after which time none is waited for
   */
  async asked({ eachMs, withinMs }: { eachMs: number; withinMs: number }): Promise<void> {
    const lateMs = monotonicMs() + withinMs
    for (;;) {
      const now = monotonicMs()
      const latest = Math.max(0, ...this.#all.values())
      const waitMs = Math.min(latest + eachMs, lateMs) - now
      if (this.#all.size === 0 || waitMs <= 0) return
      await this.#change(waitMs)
    }
  }

  /** Resolves once one of them is over, or the time is. */
  async #change(waitMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#onOver.add(resolve)
    const late = deadline(resolve, waitMs)
    await promise
    clearTimeout(late)
    this.#onOver.delete(resolve)
  }
}

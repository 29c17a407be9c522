// Connections that have not said yet who they are: they have a deadline, and there is room for only so many. It knows
// nothing of what they say.

import type net from 'node:net'
import { longTimeout } from '../../protocol/long-timeout.ts'
import type { Settings } from '../../protocol/settings.ts'
import { sourceOf } from './access/wrong-tokens.ts'

type Limits = Pick<Settings, 'authTimeout' | 'maxUnauthorizedConnections'>

/** A connection at the door. */
export type Visitor = {
  /** Where it comes from, as audit and counts have it. */
  address: string
  /** It is known now: neither deadline nor number is its matter any more. */
  welcome(): void
}

export class Doorstep {
  #limits: Limits
  /** By address; each with those that came first before the others. */
  #waiting = new Map<string, Set<net.Socket>>()
  #count = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** How many are waiting. */
  get size(): number {
    return this.#count
  }

  /** Lets a connection wait, for which another one may have to go. */
  admit(socket: net.Socket): Visitor {
    const address = socket.remoteAddress ?? 'unknown'
    const source = sourceOf(address)
    const waiting = this.#waiting.get(source) ?? new Set()
    this.#waiting.set(source, waiting.add(socket))
    this.#count++
    const deadline = longTimeout(() => socket.destroy(), this.#limits.authTimeout)
    const leave = () => {
      if (!waiting.delete(socket)) return
      clearTimeout(deadline)
      this.#count--
      if (waiting.size === 0) this.#waiting.delete(source)
    }
    socket.once('close', leave)
    if (this.#count > this.#limits.maxUnauthorizedConnections) this.#turnOneAway()
    return {
      address,
      welcome: () => {
        socket.off('close', leave)
        leave()
      },
    }
  }

  /**
   * The oldest of the address that has the most: a flood is in its own way, and not in that of the others, and among its
   * own the newest has a moment to say who it is.
   */
  #turnOneAway(): void {
    let most = new Set<net.Socket>()
    for (const waiting of this.#waiting.values()) if (waiting.size > most.size) most = waiting
    const [oldest] = most
    oldest?.destroy()
  }
}

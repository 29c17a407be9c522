// Connections that are not authorized yet: they have a deadline, and their number is limited. It knows nothing of what
// they say.

import type net from 'node:net'
import { deadline } from '../../protocol/deadline.ts'
import type { Settings } from '../../protocol/settings.ts'
import { sourceOf } from './access/wrong-tokens.ts'

type Limits = Pick<Settings, 'authTimeout' | 'maxUnauthorizedConnections'>

/** A connection at the door. */
export type Visitor = {
  /** Its address, as the audit log and the counts have it. */
  address: string
  /** The client is known now: the deadline and the limit no longer concern it. */
  welcome(): void
}

export class Doorstep {
  #limits: Limits
  /** By address, in the order in which they came. */
  #waiting = new Map<string, Set<net.Socket>>()
  #count = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** How many are waiting. */
  get size(): number {
    return this.#count
  }

  /** Lets a connection wait; another one may have to go for it. */
  admit(socket: net.Socket): Visitor {
    const address = socket.remoteAddress ?? 'unknown'
    const source = sourceOf(address)
    const waiting = this.#waiting.get(source) ?? new Set()
    this.#waiting.set(source, waiting.add(socket))
    this.#count++
    const late = deadline(() => socket.destroy(), this.#limits.authTimeout)
    const leave = () => {
      if (!waiting.delete(socket)) return
      clearTimeout(late)
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
   * Closes the oldest one of the address that has the most: so a flood hinders itself and not the others, and its
   * newest connection still has a moment to authorize itself.
   */
  #turnOneAway(): void {
    let most = new Set<net.Socket>()
    for (const waiting of this.#waiting.values()) if (waiting.size > most.size) most = waiting
    const [oldest] = most
    oldest?.destroy()
  }
}

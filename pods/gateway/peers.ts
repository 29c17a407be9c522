// Who is at the other end of each connection, and a name for each of its requests.
import { randomBytes } from 'node:crypto'
import type { Head, Peer } from './request-headers.ts'
import type { Settings } from './settings.ts'
import type { Asking } from './sides.ts'

export class Peers {
  #trusted: Settings['trusted']
  #known = new WeakMap<object, Peer>()
  /** No other run, and no earlier one, names requests like this one. */
  #boot = randomBytes(6).toString('base64url')
  #count = 0

  constructor({ trusted }: Pick<Settings, 'trusted'>) {
    this.#trusted = trusted
  }

  of(socket: Asking['socket']): Peer {
    let peer = this.#known.get(socket)
    if (!peer) {
      const address = (socket.remoteAddress ?? 'unknown').replace(/^::ffff:(?=\d+\.)/, '')
      const isTrusted = this.#trusted.check(address, address.includes(':') ? 'ipv6' : 'ipv4')
      peer = { address, protocol: 'encrypted' in socket ? 'https' : 'http', isTrusted }
      this.#known.set(socket, peer)
    }
    return peer
  }

  /** The id that the client gave its request, or a new one. */
  idOf({ id }: Head): string {
    return id ?? this.newId()
  }

  newId(): string {
    return `${this.#boot}-${(this.#count++).toString(36)}`
  }
}

// The connections to pods, by address. A run that is down takes its connections along; the socket itself is held by the host, and whoever connects
// waits there for the next run.
import { type Address, keyOf } from '../port-address.ts'
import { Connection, type ConnectionLimits } from './connection.ts'
import { Refusal } from './refusal.ts'

/** `connections`: how many to one address, 0 for any number. */
export type UpstreamLimits = ConnectionLimits & { connections: number }

/** The connections to one address. Each has one request at a time, and the one that was used last is used next, so that few are kept. */
export class Upstream {
  #address: Address
  #limits: UpstreamLimits
  #idle: Connection[] = []
  #taken = new Set<Connection>()
  #isClosed = false

  constructor(address: Address, limits: UpstreamLimits) {
    this.#address = address
    this.#limits = limits
  }

  /** A connection for one request, to be given back after it. @throws {Refusal} `pod_full` */
  take(): Connection {
    const { connections } = this.#limits
    if (connections > 0 && this.#taken.size >= connections) {
      throw new Refusal(503, 'pod_full', 'Too many use this already', { retryAfterS: 1 })
    }
    let connection = this.#idle.pop()
    // The pod may have ended it in the meantime.
    while (connection && !connection.isOpen) connection = this.#idle.pop()
    connection ??= this.#begin()
    this.#taken.add(connection)
    return connection
  }

  give(connection: Connection): void {
    this.#taken.delete(connection)
    if (!connection.isOpen) return
    if (this.#isClosed) connection.close()
    else this.#idle.push(connection)
  }

  /** Closes each connection once its request is over. */
  close(): void {
    this.#isClosed = true
    for (const connection of [...this.#idle.splice(0), ...this.#taken]) connection.close()
  }

  #begin(): Connection {
    const connection: Connection = new Connection(this.#address, this.#limits, () => {
      // It was kept for long enough, or the run is gone: nobody waits for anything here.
      const at = this.#idle.indexOf(connection)
      if (at !== -1) this.#idle.splice(at, 1)
    })
    return connection
  }
}

/** An upstream for each address that is in use. */
export class Upstreams {
  #upstreams = new Map<string, Upstream>()
  #limits: UpstreamLimits

  constructor(limits: UpstreamLimits) {
    this.#limits = limits
  }

  to(address: Address): Upstream {
    const key = keyOf(address)
    let upstream = this.#upstreams.get(key)
    if (!upstream) {
      upstream = new Upstream(address, this.#limits)
      this.#upstreams.set(key, upstream)
    }
    return upstream
  }

  /** Lets go of addresses at which no pod listens any more. */
  keep(addresses: Iterable<Address>): void {
    const kept = new Set([...addresses].map(keyOf))
    for (const [key, upstream] of this.#upstreams) {
      if (kept.has(key)) continue
      this.#upstreams.delete(key)
      upstream.close()
    }
  }

  close(): void {
    for (const upstream of this.#upstreams.values()) upstream.close()
    this.#upstreams.clear()
  }
}

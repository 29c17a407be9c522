// The connections to pods: where a pod listens, and the connections to each address. A run that is down takes its connections along; the socket
// itself is held by the host, and whoever connects waits there for the next run.
import { Connection, type ConnectionLimits } from './connection.ts'
import { Refusal } from './refusal.ts'

/** Where a pod listens. */
export type Address = { socketPath: string } | { host: string; port: number }

/** A port as a pod's status tells it. */
export type PortOfPod = {
  name: string
  host?: string | undefined
  port?: number | undefined
  path?: string | undefined
}

/** The port that is meant: the one named `http`, else `main`, else the first. */
export function addressOf(ports: readonly PortOfPod[] | undefined): Address | undefined {
  const port = ports?.find(({ name }) => name === 'http') ?? ports?.find(({ name }) => name === 'main') ?? ports?.[0]
  if (port?.path !== undefined) return { socketPath: port.path }
  if (port?.port === undefined) return undefined
  return { host: nearest(port.host), port: port.port }
}

/** Where to connect to what listens at all addresses. */
function nearest(host: string | undefined): string {
  if (!host || host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}

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

export const keyOf = (address: Address) =>
  'socketPath' in address ? address.socketPath : `${address.host} ${address.port}`

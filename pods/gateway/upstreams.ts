// The connections to pods: where a pod listens, and the connections to each address. A run that is down takes its connections along; the socket
// itself is held by the host, and whoever connects waits there for the next run.
import { Client } from 'undici'
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
export type UpstreamLimits = { answerTimeoutMs: number; connections: number }

/** The connections to one address. Each has one request at a time, and the one that was used last is used next, so that few are kept. */
export class Upstream {
  #open: () => Client
  #most: number
  #idle: Client[] = []
  #taken = new Set<Client>()
  #isClosed = false

  constructor(address: Address, { answerTimeoutMs, connections }: UpstreamLimits) {
    this.#most = connections
    const options = {
      pipelining: 1,
      // Less than the servers of the pods, so that the gateway is the one that closes.
      keepAliveTimeout: 4000,
      headersTimeout: answerTimeoutMs,
      bodyTimeout: 0,
      allowH2: false,
    }
    if ('socketPath' in address) {
      this.#open = () => new Client('http://pod', { ...options, socketPath: address.socketPath })
      return
    }
    const host = address.host.includes(':') ? `[${address.host}]` : address.host
    this.#open = () => new Client(`http://${host}:${address.port}`, options)
  }

  /** A connection for one request, to be given back after it. @throws {Refusal} `pod_full` */
  take(): Client {
    if (this.#most > 0 && this.#taken.size >= this.#most) {
      throw new Refusal(503, 'pod_full', 'Too many use this already', { retryAfterS: 1 })
    }
    const client = this.#idle.pop() ?? this.#begin()
    this.#taken.add(client)
    return client
  }

  give(client: Client, { isBroken }: { isBroken: boolean }): void {
    this.#taken.delete(client)
    if (this.#isClosed || isBroken) void client.close()
    else this.#idle.push(client)
  }

  /** Closes each connection once its request is over. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#idle.splice(0), ...this.#taken].map(client => client.close()))
  }

  #begin(): Client {
    const client = this.#open()
    // It was kept for long enough, or the run is gone: nobody waits for anything here.
    client.on('disconnect', () => {
      const at = this.#idle.indexOf(client)
      if (at === -1) return
      this.#idle.splice(at, 1)
      void client.close()
    })
    return client
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
      void upstream.close()
    }
  }

  async close(): Promise<void> {
    const upstreams = [...this.#upstreams.values()]
    this.#upstreams.clear()
    await Promise.all(upstreams.map(upstream => upstream.close()))
  }
}

export const keyOf = (address: Address) =>
  'socketPath' in address ? address.socketPath : `${address.host} ${address.port}`

// Sessions of HTTP/2 without TLS with pods that speak nothing else. Each has as many requests under way as its pod lets it; a pod that says
// GOAWAY, since its run ends, gets the next request in a new one.
import { type ClientHttp2Session, connect } from 'node:http2'
import { connect as connectSocket } from 'node:net'
import { type Address, keyOf } from '../port-address.ts'

/** How long a session is kept without a request: a pod that is to fall asleep is not kept awake. */
const idleMs = 4000
/** What a pod lets one session have under way, until it has said so (RFC 9113 6.5.2 advises no less). */
const usualStreams = 100

/** `ready`: resolves once it is connected. */
type Known = { session: ClientHttp2Session; ready: Promise<void>; open: number }

export class H2cSessions {
  #byAddress = new Map<string, Set<Known>>()

  /** A session for one request more, once it is `ready`; `over` is to be called once after it. */
  take(address: Address): { session: ClientHttp2Session; ready: Promise<void>; over: () => void } {
    const key = keyOf(address)
    const all = this.#byAddress.get(key) ?? new Set()
    this.#byAddress.set(key, all)
    const known = [...all].find(hasRoom) ?? this.#begin(address, all)
    known.open += 1
    return {
      session: known.session,
      ready: known.ready,
      over: () => {
        known.open -= 1
      },
    }
  }

  /** Ends those with addresses at which no pod listens any more, once what is under way there is over. */
  keep(addresses: Iterable<Address>): void {
    const kept = new Set([...addresses].map(keyOf))
    for (const [key, all] of this.#byAddress) {
      if (kept.has(key)) continue
      this.#byAddress.delete(key)
      for (const { session } of all) session.close()
    }
  }

  close(): void {
    this.keep([])
  }

  #begin(address: Address, all: Set<Known>): Known {
    const to = 'socketPath' in address ? { path: address.socketPath } : address
    const session = connect('http://pod', { createConnection: () => connectSocket(to) })
    const { promise: ready, resolve, reject } = Promise.withResolvers<void>()
    // Each request that waits for it is told by itself.
    ready.catch(() => {})
    const known: Known = { session, ready, open: 0 }
    all.add(known)
    const gone = (error?: unknown) => {
      all.delete(known)
      reject(error instanceof Error ? error : new Error('The pod has closed the connection'))
    }
    session.once('connect', () => resolve())
    session.once('goaway', gone)
    session.once('close', gone)
    session.on('error', gone)
    session.setTimeout(idleMs, () => {
      if (known.open === 0) session.close()
    })
    return known
  }
}

function hasRoom({ session, open }: Known): boolean {
  if (session.closed || session.destroyed) return false
  return open < Math.min(session.remoteSettings?.maxConcurrentStreams ?? usualStreams, usualStreams)
}

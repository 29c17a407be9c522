// Messages between hosts, straight from one to the other where both are there, and else over the engine: so calls go on while that is away. The
// engine has told who is where; what it told last holds while it is away. Events, and what the keeper is asked, go over the engine alone.
import type { BusPort, Closable, RequestOptions, Serving } from '../port/ports.ts'
import { BusError } from '../port/ports.ts'
import type { HostRecord } from '../records.ts'
import { type Door, type DoorOptions, openDoor } from './door.ts'
import type { OwnDirect } from './own-file.ts'
import { Peer } from './peer.ts'
import { type DirectKey, newDirectKey, secretOf } from './secret.ts'
import type { Side } from './spliced.ts'
import type { Wanted } from './tunnel.ts'

export type Direct = NonNullable<HostRecord['direct']>

export type DirectOptions = {
  engine: { readonly bus: BusPort; readonly isUp: boolean }
  fleet: string
  host: string
  /** What a host that is there tells of how it is reached; undefined: it is not there, or tells nothing. */
  directOf: (host: string) => Direct | undefined
  log: (text: string) => void
  tunnels?: DoorOptions['tunnels']
  /** How long a connection may take to be there. */
  openMs?: number
  /** By which others knew the process before this one. */
  before?: OwnDirect | undefined
  /** Keeps it for the process after this one. */
  keep?: (own: OwnDirect) => void
}

type Handler = (message: Uint8Array, subject: string) => Promise<Uint8Array>
type Listener = (subject: string, message: Uint8Array) => void

export class DirectBus implements BusPort {
  #options: DirectOptions
  #key: DirectKey
  #door: Door | undefined
  /** Where it listens, or tries to. */
  #address = ''
  #told: Direct | undefined
  /** Why it listens nowhere, and since when. */
  #failed: { why: string; atMs: number } | undefined
  #peers = new Map<string, { direct: Direct; peer: Peer }>()
  #handlers = new Map<string, Handler>()
  #listeners = new Map<string, Listener>()
  #mostBytes: number

  constructor(options: DirectOptions) {
    this.#options = options
    this.#key = options.before?.key ?? newDirectKey()
    this.#mostBytes = options.engine.bus.mostBytes
  }

  /** As the engine says, also while it is away. */
  get mostBytes(): number {
    if (this.#options.engine.isUp) this.#mostBytes = this.#options.engine.bus.mostBytes
    return this.#mostBytes
  }

  /** What this host tells of how it is reached; undefined while it listens nowhere. */
  get told(): Direct | undefined {
    return this.#told
  }

  /**
   * Listens there from now on; where it cannot, the log says why, and others reach this host over the engine.
   * @param host empty: where it listened last, as long as nobody says where
   * @param port 0: the one of last time, or any that is free
   */
  async listen(given: string, port: number): Promise<void> {
    const { before } = this.#options
    const host = given || this.#address || before?.host
    if (!host) return
    const isDue = this.#failed !== undefined && performance.now() - this.#failed.atMs >= listenAgainMs
    if (this.#address === host && !isDue) return
    if (this.#failed) this.#failed.atMs = performance.now()
    this.#address = host
    this.#door?.close()
    this.#told = undefined
    const { host: self, directOf } = this.#options
    try {
      const open = async (at: number) =>
        await openDoor({
          ...{ host, port: at, most: () => this.mostBytes, tunnels: this.#options.tunnels },
          keyOf: from => directOf(from)?.key,
          secretWith: from => this.#secret(directOf(from)?.key, { from, to: self }),
          serve: subject => this.#handlers.get(subject),
          tell: (subject, message, from) => {
            // Only who listens says `*`.
            if (subject.includes('*')) return
            // Where the last word is whoever tells it, that is the host that this connection is of.
            const own = `${subject.slice(0, subject.lastIndexOf('.'))}.*`
            const pattern = subject.endsWith(`.${from}`) ? own : subject
            const listener = this.#listeners.get(pattern) ?? this.#listeners.get(subject)
            listener?.(subject, message)
          },
        })
      const last = port === 0 && before?.host === host ? before.port : port
      const door = await open(last).catch(async error => {
        if (last === port) throw error
        return await open(port)
      })
      if (this.#address !== host) return door.close()
      this.#door?.close()
      this.#door = door
      this.#told = { host, port: door.port, key: this.#key.told }
      this.#options.keep?.({ key: this.#key, host, port: door.port })
      this.#failed = undefined
    } catch (error) {
      if (this.#address !== host) return
      const why = (error as Error).message
      if (why !== this.#failed?.why) this.#options.log(`Other hosts reach this one over the engine alone: ${why}`)
      this.#failed = { why, atMs: performance.now() }
    }
  }

  async request(subject: string, message: Uint8Array, options: RequestOptions): Promise<Uint8Array> {
    const { engine } = this.#options
    const peer = this.#peerAt(subject)
    if (!peer || message.byteLength > this.mostBytes) return await engine.bus.request(subject, message, options)
    if (!peer.isOpen && engine.isUp) {
      // Nobody waits for a connection where there is another way.
      peer.open().catch(() => {})
      return await engine.bus.request(subject, message, options)
    }
    try {
      if (!peer.isOpen) await unlessAborted(peer.open(), options)
      return await peer.request(subject, message, options)
    } catch (error) {
      if (!(error instanceof BusError) || error.why !== 'not_delivered') throw error
      if (engine.isUp) return await engine.bus.request(subject, message, options)
      throw new BusError('not_delivered', `the engine is away, and it was not reached without: ${error.message}`)
    }
  }

  serve(subject: string, handler: Handler): Serving {
    this.#handlers.set(subject, handler)
    const serving = this.#options.engine.bus.serve(subject, handler)
    return {
      close: () => {
        this.#handlers.delete(subject)
        serving.close()
      },
      drain: async () => {
        this.#handlers.delete(subject)
        await serving.drain()
      },
    }
  }

  publish(subject: string, message: Uint8Array): boolean {
    const isTold = message.byteLength <= this.mostBytes && this.#peerAt(subject)?.tell(subject, message)
    return isTold || this.#options.engine.bus.publish(subject, message)
  }

  /** @param subject without `>`; with `*` at its end, which stands for the host that tells it */
  subscribe(subject: string, listener: Listener): Closable {
    this.#listeners.set(subject, listener)
    const subscribed = this.#options.engine.bus.subscribe(subject, listener)
    return {
      close: () => {
        this.#listeners.delete(subject)
        subscribed.close()
      },
    }
  }

  /**
   * Connects to the port of a pod on another host. The engine has no part in it.
   * @throws {BusError} `not_delivered`
   */
  async tunnel(to: string, wanted: Wanted, ending: AbortSignal): Promise<Side> {
    const { directOf, host: self, openMs } = this.#options
    const direct = this.#told && directOf(to)
    const secret = this.#secret(direct?.key, { from: self, to })
    if (!direct || !secret) throw new BusError('not_delivered', 'there is no direct way to it')
    const { openTunnel } = await import('./tunnel.ts')
    return await openTunnel({ host: direct.host, port: direct.port, self, secret, openMs }, wanted, ending)
  }

  /** How many hosts it has asked, or may be asking. */
  get peers(): number {
    return this.#peers.size
  }

  /** Lets go of hosts that are there no more: what is under way to one that only seems to be gone goes on. */
  look(): void {
    for (const [host, { peer }] of this.#peers) {
      if (peer.isOpen || this.#options.directOf(host)) continue
      this.#peers.delete(host)
      peer.close()
    }
  }

  close(): void {
    this.#address = ''
    this.#told = undefined
    this.#door?.close()
    for (const { peer } of this.#peers.values()) peer.close()
    this.#peers.clear()
  }

  /** The host that a subject is of, `host.NAME.…`, if it tells how it is reached, and this one does: else it would not know this one. */
  #peerAt(subject: string): Peer | undefined {
    const { directOf, host: self } = this.#options
    const [kind, to = ''] = subject.split('.')
    const direct = kind === 'host' && this.#told ? directOf(to) : undefined
    const known = this.#peers.get(to)
    if (known && direct && isSame(known.direct, direct)) return known.peer
    known?.peer.close()
    this.#peers.delete(to)
    if (!direct) return undefined
    const secret = this.#secret(direct.key, { from: self, to })
    if (!secret) return undefined
    const { host, port } = direct
    const { openMs } = this.#options
    const peer = new Peer({ host, port, self, secret, openMs, most: () => this.mostBytes })
    this.#peers.set(to, { direct, peer })
    return peer
  }

  /** @returns undefined where the other one tells no key, or what is none */
  #secret(others: string | undefined, hosts: { from: string; to: string }): Buffer | undefined {
    if (others === undefined) return undefined
    try {
      return secretOf(this.#key, { ...hosts, others, fleet: this.#options.fleet })
    } catch {
      return undefined
    }
  }
}

/** Where a host cannot listen, it is tried again: the process before it may have the port still. */
const listenAgainMs = 5000
const mostOpeningMs = 10_000

const isSame = (one: Direct, other: Direct): boolean =>
  one.host === other.host && one.port === other.port && one.key === other.key

/** Whoever asks may have less time than an opening takes. */
async function unlessAborted(opening: Promise<void>, { timeoutMs, signal }: RequestOptions): Promise<void> {
  signal?.throwIfAborted()
  const time = AbortSignal.timeout(Math.min(timeoutMs, mostOpeningMs))
  const ending = signal ? AbortSignal.any([time, signal]) : time
  const aborted = Promise.withResolvers<never>()
  const onAbort = () =>
    aborted.reject(signal?.aborted ? signal.reason : new BusError('not_delivered', 'it was not reached in time'))
  ending.addEventListener('abort', onAbort)
  await Promise.race([opening, aborted.promise]).finally(() => ending.removeEventListener('abort', onAbort))
}

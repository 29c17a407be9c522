// Another host of the fleet, as this one asks it: connected to when it is asked, and left again when it is not asked for long.
import type { TLSSocket } from 'node:tls'
import { BusError, type RequestOptions } from '../port/ports.ts'
import { type Connecting, connectTo } from './connect.ts'
import { addressed, type Frame, readIds } from './frames.ts'
import { Wire } from './wire.ts'

/** After how long a connection is tried again that could not be made. */
const againMs = 2000
/** A host that answers no ping for two of them is gone, or stands still. */
const pingMs = 2000
const idleMs = 60_000

export type PeerOptions = Connecting & {
  /** How many bytes a message may have. */
  most: () => number
}

type Waiting = { resolve: (answer: Uint8Array) => void; reject: (error: Error) => void }

export class Peer {
  #options: PeerOptions
  #socket: TLSSocket | undefined
  #ending = new AbortController()
  #wire: Wire | undefined
  #opening: Promise<void> | undefined
  #waiting = new Map<number, Waiting>()
  #lastId = 0
  #askedMs = 0
  #failed: { atMs: number; error: BusError } | undefined

  constructor(options: PeerOptions) {
    this.#options = options
  }

  get isOpen(): boolean {
    return this.#wire !== undefined
  }

  /** @throws {BusError} `not_delivered`, at once where it has just failed */
  async open(): Promise<void> {
    if (this.isOpen) return
    if (this.#failed && performance.now() - this.#failed.atMs < againMs) throw this.#failed.error
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined
    })
    await this.#opening
  }

  /** @throws {BusError} */
  async request(subject: string, message: Uint8Array, { timeoutMs, signal }: RequestOptions): Promise<Uint8Array> {
    const wire = this.#wire
    // It may be closing: what is sent then comes to nobody.
    if (!wire || !this.#socket?.writable) throw new BusError('not_delivered', 'there is no connection to it')
    signal?.throwIfAborted()
    this.#askedMs = performance.now()
    this.#lastId = (this.#lastId + 1) >>> 0
    const id = this.#lastId
    const waiting = Promise.withResolvers<Uint8Array>()
    this.#waiting.set(id, waiting)
    const timer = setTimeout(
      () => waiting.reject(new BusError('unknown', 'There was no answer in time')),
      Math.min(timeoutMs, mostTimerMs),
    )
    const onAbort = () => waiting.reject(signal?.reason)
    signal?.addEventListener('abort', onAbort)
    wire.send('ask', id, addressed(subject, message))
    return await waiting.promise.finally(() => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      this.#waiting.delete(id)
    })
  }

  /** @returns false where there is no connection to it */
  tell(subject: string, message: Uint8Array): boolean {
    this.#wire?.send('tell', 0, addressed(subject, message))
    return this.isOpen
  }

  /** For good. */
  close(): void {
    this.#ending.abort()
    this.#socket?.destroy()
  }

  async #open(): Promise<void> {
    try {
      const { socket } = await connectTo(this.#options, this.#ending.signal)
      this.#begin(socket)
    } catch (error) {
      this.#failed = { atMs: performance.now(), error: error as BusError }
      throw error
    }
  }

  #begin(socket: TLSSocket): void {
    const { most } = this.#options
    this.#failed = undefined
    this.#socket = socket
    this.#wire = new Wire(socket, { most, heard: frame => this.#heard(frame) })
    this.#askedMs = performance.now()
    let unheard = 0
    socket.on('data', () => {
      unheard = 0
    })
    const pinging = setInterval(() => {
      const isIdle = this.#waiting.size === 0 && performance.now() - this.#askedMs > idleMs
      if (isIdle || unheard >= 2) return void socket.destroy()
      unheard++
      this.#wire?.send('ping', 0)
    }, pingMs)
    socket.once('close', () => {
      clearInterval(pinging)
      this.#wire = undefined
      for (const { reject } of this.#waiting.values())
        reject(new BusError('unknown', 'The connection was lost before the answer'))
    })
  }

  #heard({ kind, id, body }: Frame): void {
    if (kind === 'bye') this.#left(new Set(readIds(body)))
    const waiting = this.#waiting.get(id)
    if (!waiting) return
    if (kind === 'answer') waiting.resolve(body)
    else if (kind === 'nobody') waiting.reject(new BusError('not_delivered', 'it takes nothing from this host'))
    else if (kind === 'failed') waiting.reject(new BusError('unknown', 'it failed there'))
    else if (kind === 'large')
      waiting.reject(
        new BusError('answer_too_large', `A message may have ${this.#options.most()} bytes, not ${body.toString()}`),
      )
  }

  /** The other one goes. @param begun ids of what it has begun: its answer does not come */
  #left(begun: ReadonlySet<number>): void {
    for (const [id, { reject }] of this.#waiting)
      if (!begun.has(id)) reject(new BusError('not_delivered', 'it was about to go'))
    this.#socket?.destroy()
  }
}

/** The longest time that a timer of Node takes. */
const mostTimerMs = 2 ** 31 - 1

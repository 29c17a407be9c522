// Another host of the fleet, as this one asks it: connected to when it is asked, and left again when it is not asked for long.
import { connect, type TLSSocket } from 'node:tls'
import { BusError, type RequestOptions } from '../port/ports.ts'
import { addressed, type Frame } from './frames.ts'
import { secretTls } from './secret.ts'
import { Wire } from './wire.ts'

/** How long a connection may take to be there, and after how long it is tried again where it was not. */
const openMs = 3000
const againMs = 2000
/** A host that answers no ping for two of them is gone, or stands still. */
const pingMs = 2000
const idleMs = 60_000

export type PeerOptions = {
  host: string
  port: number
  /** Who this host is to the other one. */
  self: string
  secret: Buffer
  /** How many bytes a message may have. */
  most: () => number
}

type Waiting = { resolve: (answer: Uint8Array) => void; reject: (error: Error) => void }

export class Peer {
  #options: PeerOptions
  #socket: TLSSocket | undefined
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
    if (!wire) throw new BusError('not_delivered', 'there is no connection to it')
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

  close(): void {
    this.#socket?.destroy()
  }

  async #open(): Promise<void> {
    const { host, port, self, secret } = this.#options
    const socket = connect({ ...secretTls, host, port, pskCallback: () => ({ identity: self, psk: secret }) })
    this.#socket = socket
    const opened = Promise.withResolvers<void>()
    const fail = (why: string) => {
      socket.off('close', onClose)
      const error = new BusError('not_delivered', why)
      this.#failed = { atMs: performance.now(), error }
      opened.reject(error)
      socket.destroy()
    }
    const at = `${host}:${port}`
    const onClose = () => fail(`${at} has ended the connection`)
    const onError = (error: NodeJS.ErrnoException) => fail(`${at}: ${error.code ?? error.message}`)
    const timer = setTimeout(() => fail(`${at} does not answer`), openMs)
    socket.once('error', onError)
    socket.once('close', onClose)
    socket.once('secureConnect', () => {
      // By a certificate it would be anyone, whatever Node thinks of that: only the secret shows who it is.
      if (!socket.isSessionReused()) return fail(`${at} does not have the secret of this host and the other one`)
      socket.off('error', onError)
      socket.off('close', onClose)
      this.#begin(socket)
      opened.resolve()
    })
    await opened.promise.finally(() => clearTimeout(timer))
  }

  #begin(socket: TLSSocket): void {
    const { most } = this.#options
    this.#failed = undefined
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
}

/** The longest time that a timer of Node takes. */
const mostTimerMs = 2 ** 31 - 1

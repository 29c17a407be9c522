// What goes on at the connections of a server: which of them carry something, and when there was something last. A connection
// that is kept open for a next request carries nothing, nor does a check of the host.

import type { Server, Socket } from 'node:net'
import { monotonicMs } from '../../protocol/deadline.ts'

/** Whoever has just connected is about to send something. */
const freshMs = 1000
/** How the host's own checks say who they are. */
const checkAgent = 'p8a check'

/** `_httpMessage`: the answer under way, which Node keeps there. */
type HttpSocket = Socket & { _httpMessage?: { req?: Request } | null; alpnProtocol?: string | false | null }
type Request = { headers?: Record<string, unknown>; httpVersionMajor?: number }
/**
 * `isTaken`: it speaks something else than HTTP by now. `asked`: the last request, and when it came: a host asks by connections of its own, so
 * the last one tells of all. `bytes`: how many had gone either way when it was last looked at.
 */
type Known = { sinceMs: number; isTaken: boolean; asked?: Request; askedMs: number; bytes: number }

/** The events of a server by which a request begins. */
const asks = new Set<string | symbol>(['request', 'checkContinue', 'checkExpectation', 'upgrade', 'connect'])

export class Traffic {
  #speaks: 'http' | 'http2' | 'bytes'
  #sockets = new Map<Socket, Known>()
  #streams = new Set<object>()
  /** When there was something last, in the time of `monotonicMs`. */
  #lastMs = 0

  constructor(server: Server) {
    this.#speaks = 'keepAliveTimeout' in server ? 'http' : 'updateSettings' in server ? 'http2' : 'bytes'
  }

  /** @param given what the event of the server comes with */
  hear(event: string | symbol, given: readonly unknown[]): void {
    if (asks.has(event)) this.#onAsked(event, given)
    if (event === 'stream') this.#onStream(given[0] as Streaming, given[1] as Record<string, unknown>)
  }

  /** A connection that the server has now. */
  add(socket: Socket): void {
    const sinceMs = monotonicMs()
    this.#sockets.set(socket, { sinceMs, isTaken: false, askedMs: 0, bytes: bytesOf(socket) })
    socket.once('close', () => {
      const known = this.#sockets.get(socket)
      this.#sockets.delete(socket)
      if (!known) return
      this.#lookAt(known)
      if (this.#carries(socket, known)) this.#lastMs = monotonicMs()
    })
  }

  /** When there was something last: now, where there is something. */
  lastMs(): number {
    const now = monotonicMs()
    let isBusy = this.#streams.size > 0
    for (const [socket, known] of this.#sockets) {
      this.#lookAt(known)
      if (this.#carries(socket, known)) isBusy = true
    }
    if (isBusy) this.#lastMs = now
    return this.#lastMs
  }

  /** Whether somebody has just connected, and has said nothing yet. */
  hasFresh(): boolean {
    const afterMs = monotonicMs() - freshMs
    return [...this.#sockets.values()].some(({ sinceMs, asked }) => !asked && sinceMs > afterMs)
  }

  /** Whether there is something on it now; of one that carries bare bytes, since it was last looked at. */
  #carries(socket: HttpSocket, known: Known): boolean {
    if (known.isTaken) return true
    if (this.#speaks === 'bytes') {
      // A check goes at once, without a word.
      if (socket.bytesRead === 0 && monotonicMs() - known.sinceMs < freshMs) return false
      const bytes = bytesOf(socket)
      const isMoved = bytes !== known.bytes
      known.bytes = bytes
      return isMoved
    }
    const { _httpMessage: answer } = socket
    return Boolean(answer) && !isCheck(answer?.req)
  }

  #onAsked(event: string | symbol, [request, other]: readonly unknown[]): void {
    const { socket } = request as { socket?: Socket }
    const known = socket && this.#sockets.get(socket)
    if (known) {
      known.asked = request as Request
      known.askedMs = monotonicMs()
    } else if (!isCheck(request as Request)) this.#lastMs = monotonicMs()
    if (event === 'request') return
    const taken = (event === 'upgrade' || event === 'connect') && this.#sockets.get(other as Socket)
    if (taken) taken.isTaken = true
  }

  /** Looked at late, since Node makes the headers of a request when they are asked for, and not each server does. */
  #lookAt({ asked, askedMs }: Known): void {
    if (askedMs > this.#lastMs && !isCheck(asked)) this.#lastMs = askedMs
  }

  #onStream(stream: Streaming, headers: Record<string, unknown>): void {
    if (isCheck({ headers })) return
    this.#streams.add(stream)
    this.#lastMs = monotonicMs()
    stream.once('close', () => {
      this.#streams.delete(stream)
      this.#lastMs = monotonicMs()
    })
  }
}

type Streaming = { once(event: 'close', on: () => void): void }

function isCheck(request: Request | undefined): boolean {
  return request?.headers?.['user-agent'] === checkAgent
}

function bytesOf({ bytesRead, bytesWritten }: Socket): number {
  return bytesRead + bytesWritten
}

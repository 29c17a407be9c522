// The connections of a server that is to end without losing any: what is under way is finished, and answered so that the client
// comes back elsewhere. It adds no listener to the server, since Node treats one that listens to `upgrade` in another way.

import type { Server, Socket } from 'node:net'
import { monotonicMs } from '../../protocol/deadline.ts'
import { type Session, Sessions, type Stream } from './sessions.ts'
import { Traffic } from './traffic.ts'

/** Clients of Node do not use a connection again that has been idle for as long. Closing it earlier could cut a request off. */
const idleMs = 5000
/** How often to look at the connections of a server that ends. */
const lookMs = 50
/** A WebSocket frame: close, 1012, which says that the service restarts, and that clients may come back. */
const serviceRestart = Uint8Array.of(0x88, 0x02, 0x03, 0xf4)

/** WebSockets come back to the next run: one every so often, and all within half of the time. */
const spreadMs = 10

type Answer = { headersSent: boolean; shouldKeepAlive: boolean }
/** `_httpMessage`: the answer under way, which Node keeps there. `_parent`: what the one of TLS is made of. */
type HttpSocket = Socket & { _httpMessage?: Answer | null; _parent?: Socket; alpnProtocol?: string | false | null }
/** `upgrade`: what it speaks in the place of HTTP; `upgradedAt`: behind how many bytes; `isTold`: that it is to come back. `bytes`: how many were read when it was last looked at; `idleSinceMs`: since when there is nothing under way. */
type Known = { upgrade?: string; upgradedAt?: number; isTold?: boolean; bytes: number; idleSinceMs: number }

export class Connections {
  #sockets = new Map<Socket, Known>()
  #sessions = new Sessions()
  readonly traffic: Traffic
  /** What TLS has not let in yet, and since when. */
  #greeting = new Map<Socket, number>()
  #isDraining = false
  #endsWebSockets = false
  #server: Server & { keepAliveTimeout?: number }

  constructor(server: Server) {
    this.#server = server
    this.traffic = new Traffic(server)
    const { emit } = server
    const hear = (event: string | symbol, given: unknown[]) => this.#hear(event, given)
    server.emit = function (this: Server, event: string | symbol, ...given: unknown[]) {
      hear(event, given)
      return emit.call(this, event, ...given)
    } as typeof emit
  }

  /** How many are open. */
  get count(): number {
    return this.#sockets.size + this.#greeting.size
  }

  /**
   * Ends them as soon as what is under way is over. Whoever waits for that looks at {@link count}.
   * @param of.endsOwn whether the pod ends its WebSockets itself
   */
  drain({ timeoutMs, endsOwn }: { timeoutMs: number; endsOwn: boolean }): void {
    if (this.#isDraining) return
    this.#isDraining = true
    this.#sessions.drain()
    for (const known of this.#sockets.values()) known.idleSinceMs = monotonicMs()
    this.#endsWebSockets = !endsOwn
    if (!endsOwn) this.#endWebSockets(timeoutMs / 2)
    this.#look()
  }

  #hear(event: string | symbol, given: unknown[]): void {
    this.traffic.hear(event, given)
    if (event === 'connection' && isSecure(this.#server)) this.#greet(given[0] as Socket)
    else if (event === 'connection') this.#add(given[0] as Socket)
    if (event === 'secureConnection') this.#add(given[0] as Socket)
    if (event === 'session') this.#sessions.add(given[0] as Session)
    if (event === 'stream') this.#sessions.begin(given[0] as Stream)
    if (event === 'upgrade') this.#onUpgrade(given[0] as { headers: { upgrade?: string } }, given[1] as Socket)
    if (event === 'request' && this.#isDraining) endAfter(given[1] as Answer)
  }

  #add(socket: HttpSocket): void {
    if (socket?._parent) this.#greeting.delete(socket._parent)
    const isHeld = typeof socket?.once === 'function' && !this.#sockets.has(socket) && !socket.destroyed
    if (!isHeld) return
    this.#sockets.set(socket, { bytes: 0, idleSinceMs: monotonicMs() })
    this.traffic.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
  }

  /** Both sides agree on keys; what comes of it is another socket. */
  #greet(socket: Socket): void {
    this.#greeting.set(socket, monotonicMs())
    socket.once('close', () => this.#greeting.delete(socket))
  }

  #onUpgrade({ headers }: { headers: { upgrade?: string } }, socket: Socket): void {
    const known = this.#sockets.get(socket)
    if (!known) return
    known.upgrade = headers.upgrade?.toLowerCase() ?? ''
    known.upgradedAt = socket.bytesWritten
  }

  /** All that come back in one moment would be a crowd. One that has not come to be yet is looked at later. */
  #endWebSockets(withinMs: number): void {
    const all = [...this.#sockets].filter(([socket, known]) => isOpenWebSocket(socket, known))
    const stepMs = Math.min(spreadMs, withinMs / all.length)
    for (const [index, [socket, known]] of all.entries()) {
      known.isTold = true
      setTimeout(() => endWebSocket(socket), index * stepMs)
    }
  }

  #look(): void {
    const now = monotonicMs()
    // What is under way is HTTP or no concern of ours: a plain connection ends when one of its sides ends it.
    if (isHttp(this.#server)) for (const [socket, known] of this.#sockets) this.#lookAt(socket, known, now)
    for (const [socket, sinceMs] of this.#greeting) if (now - sinceMs >= idleMs) socket.destroy()
    if (this.count > 0) setTimeout(() => this.#look(), lookMs).unref()
  }

  #lookAt(socket: HttpSocket, known: Known, now: number): void {
    const { _httpMessage: answer, alpnProtocol } = socket
    // Its session ends it.
    if (alpnProtocol === 'h2') return
    if (answer) endAfter(answer)
    if (this.#endsWebSockets && isOpenWebSocket(socket, known)) {
      known.isTold = true
      endWebSocket(socket)
    }
    const isUnderWay = Boolean(answer) || known.upgrade !== undefined || socket.bytesRead !== known.bytes
    if (isUnderWay) known.idleSinceMs = now
    known.bytes = socket.bytesRead
    const patienceMs = Math.min(this.#server.keepAliveTimeout || idleMs, idleMs)
    if (now - known.idleSinceMs >= patienceMs) socket.destroySoon()
  }
}

function endWebSocket(socket: Socket): void {
  if (socket.writable) socket.write(serviceRestart)
}

/** It has been answered, and was not told yet: before its answer, a frame would be read as that. */
function isOpenWebSocket(socket: Socket, { upgrade, upgradedAt = 0, isTold }: Known): boolean {
  return upgrade === 'websocket' && !isTold && socket.bytesWritten > upgradedAt
}

/** Its client opens another connection for its next request. */
function endAfter(answer: Answer): void {
  if (!answer.headersSent) answer.shouldKeepAlive = false
}

function isSecure(server: Server): boolean {
  return 'setSecureContext' in server
}

function isHttp(server: Server): boolean {
  return 'keepAliveTimeout' in server
}

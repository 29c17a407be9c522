// Requests that a client sends on one connection before it has the answers to those before them. They are begun one after the
// other, each in a turn of the event loop of its own, so that a thousand in one packet hold up nobody else.
import type http from 'node:http'
import type net from 'node:net'
import type { Settings } from '../../../protocol/settings.ts'

export class Pipeline {
  #max: number
  /** What is to be begun after the one that is under way, if one is. */
  #waiting = new WeakMap<net.Socket, (() => void)[]>()

  constructor({ maxPipelinedRequests }: Pick<Settings, 'maxPipelinedRequests'>) {
    this.#max = maxPipelinedRequests
  }

  /** Begins a request when the one before it on its connection is answered; a connection on which too many wait is closed. */
  add(
    { socket }: http.IncomingMessage,
    { response, begin }: { response: http.ServerResponse; begin: () => void },
  ): void {
    if (socket.destroyed) return
    const waiting = this.#waiting.get(socket)
    const onTurn = () => {
      response.once('close', () => this.#goOn(socket))
      begin()
    }
    if (!waiting) {
      this.#waiting.set(socket, [])
      onTurn()
    } else if (waiting.length < this.#max) waiting.push(onTurn)
    else socket.destroy()
  }

  #goOn(socket: net.Socket): void {
    const next = socket.destroyed ? undefined : this.#waiting.get(socket)?.shift()
    if (next) setImmediate(() => (socket.destroyed ? undefined : next()))
    else this.#waiting.delete(socket)
  }
}

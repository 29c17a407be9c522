// Many connections with a token of the role `read` that ask one method over and over, and some that ask and take nothing.
import net from 'node:net'
import type { MethodName } from '../../protocol/methods.ts'

export type Asked = { method: MethodName; params: object }

export type FloodOptions = Asked & {
  port: number
  token: string
  /** How many ask again as soon as they are answered. */
  connections: number
  /** How many requests each has under way. */
  width: number
  /** How many ask for as much as they may and take no answer. */
  deaf: number
}

const deafRequests = 500

export class Flood {
  #options: FloodOptions
  #sockets = new Set<net.Socket>()
  #isOver = false
  /** How many answers came, and how many of them were refusals. */
  answers = 0
  refusals = 0

  constructor(options: FloodOptions) {
    this.#options = options
  }

  /** Resolves when all have been answered once, or sent away. */
  async come(): Promise<void> {
    const { connections, deaf } = this.#options
    for (let number = 0; number < deaf; number++) this.#deaf()
    await Promise.all(Array.from({ length: connections }, () => this.#asker()))
  }

  go(): void {
    this.#isOver = true
    for (const socket of this.#sockets) socket.destroy()
  }

  #asker(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const socket = this.#dial()
    let rest = ''
    socket.setEncoding('latin1').on('data', (text: unknown) => {
      const lines = `${rest}${text}`.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) this.#onAnswer(socket, line)
      resolve()
    })
    socket.once('close', resolve)
    socket.write(this.#requests(this.#options.width))
    return promise
  }

  #onAnswer(socket: net.Socket, line: string): void {
    // What a stream says meanwhile is no answer.
    if (line.includes('"method":"')) return
    this.answers += 1
    if (line.includes('"error":')) this.refusals += 1
    if (!this.#isOver && !socket.destroyed) socket.write(this.#requests(1))
  }

  #deaf(): void {
    this.#dial().pause().write(this.#requests(deafRequests))
  }

  #requests(count: number): string {
    const { method, params } = this.#options
    return `${JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })}\n`.repeat(count)
  }

  #dial(): net.Socket {
    const { port, token } = this.#options
    const socket = net.connect(port, '127.0.0.1')
    this.#sockets.add(socket)
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket))
    const auth = { jsonrpc: '2.0', id: 0, method: 'host.auth', params: { token } }
    socket.write(`${JSON.stringify(auth)}\n`)
    return socket
  }
}

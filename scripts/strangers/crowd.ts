// Those who have no business at a host: many that connect and say nothing or half a line, one that says a byte a second,
// and clients that ask for much and never read.
import net from 'node:net'

export type CrowdOptions = {
  port: number
  /** For those that ask and never read: a stranger's line is not worth an answer. */
  token: string
  /** How many connect and say nothing, or half a line. */
  halfOpen: number
  /** How many ask and never read. Default 4. */
  deaf?: number
}

/** How long one whom the host has sent away waits before it is back, so that there are always so many. */
const backMs = 10_000
/** How many dial at once. */
const dialWidth = 200
const byteMs = 1000
/** Their answers are some 20 MB, which is less than what a host would cut a client off for. */
const questions = 1000

export class Crowd {
  #options: CrowdOptions
  #sockets = new Set<net.Socket>()
  #timers = new Set<NodeJS.Timeout>()
  #isOver = false
  /** How many were sent away by the host since the beginning. */
  sentAway = 0

  constructor(options: CrowdOptions) {
    this.#options = options
  }

  /** How many are connected. */
  get size(): number {
    return this.#sockets.size
  }

  /** Resolves when all have come once. */
  async come(): Promise<void> {
    const { halfOpen, deaf = 4 } = this.#options
    this.#slow()
    for (let number = 0; number < deaf; number++) this.#deaf()
    for (let number = 0; number < halfOpen; number += dialWidth) {
      const some = Array.from({ length: Math.min(dialWidth, halfOpen - number) }, (_, index) => number + index)
      await Promise.all(some.map(each => this.#halfOpen(each)))
    }
  }

  go(): void {
    this.#isOver = true
    for (const timer of this.#timers) clearTimeout(timer)
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Resolves when the connection stands, or was refused. */
  #halfOpen(number: number): Promise<void> {
    const socket = this.#dial(() => void this.#halfOpen(number))
    return new Promise(resolve => {
      socket.once('close', resolve)
      socket.once('connect', () => {
        if (number % 2 === 0) socket.write('{"jsonrpc":"2.0","id":1,"method":')
        resolve()
      })
    })
  }

  /** Asks for megabytes, and reads none of them. */
  #deaf(): void {
    const socket = this.#dial(() => this.#deaf())
    socket.pause()
    const auth = { jsonrpc: '2.0', id: 0, method: 'host.auth', params: { token: this.#options.token } }
    const question = { jsonrpc: '2.0', id: 1, method: 'rpc.discover' }
    socket.write(`${JSON.stringify(auth)}\n${`${JSON.stringify(question)}\n`.repeat(questions)}`)
  }

  #slow(): void {
    const socket = this.#dial(() => this.#slow())
    const say = () => {
      if (socket.destroyed) return
      socket.write('{')
      this.#later(say, byteMs)
    }
    socket.once('connect', say)
  }

  #dial(again: () => void): net.Socket {
    const socket = net.connect(this.#options.port, '127.0.0.1')
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#sockets.delete(socket)
      if (this.#isOver) return
      this.sentAway++
      this.#later(again, backMs)
    })
    // A close is not seen while nothing is read.
    return socket.resume()
  }

  #later(work: () => void, ms: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      if (!this.#isOver) work()
    }, ms)
    this.#timers.add(timer)
  }
}

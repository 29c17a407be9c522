// A connection between two runs as messages: what is said in one turn goes out in one write, and what arrives in one
// chunk is parsed at once.
import type net from 'node:net'
import { type CallMessage, maxCallLineBytes } from '../../protocol/calls.ts'
import { LineBatches } from '../../protocol/line-batches.ts'

/** What is said in one turn beyond this goes out at once. */
const flushChars = 64 * 1024

export type WireEvents = {
  onMessage: (message: CallMessage) => void
  /** Once, whoever ended it. */
  onClosed: () => void
}

export class Wire {
  #socket: net.Socket
  #events: WireEvents
  #lines = new LineBatches({ maxBytes: maxCallLineBytes })
  #out = ''
  #isScheduled = false
  #flush = () => {
    this.#isScheduled = false
    if (this.#out === '') return
    const out = this.#out
    this.#out = ''
    this.#socket.write(out)
  }

  constructor(socket: net.Socket, events: WireEvents) {
    this.#socket = socket
    this.#events = events
    socket.on('data', chunk => this.receive(chunk as Buffer))
    // The close that follows every error does what is to be done.
    socket.on('error', () => {})
    socket.on('close', () => events.onClosed())
  }

  /** Whether more waits to be written than the kernel takes now. */
  get isFull(): boolean {
    return this.#socket.writableNeedDrain
  }

  get unsentBytes(): number {
    return this.#socket.writableLength + this.#out.length
  }

  /** @param text one message or several, each with its newline */
  send(text: string): void {
    this.#out += text
    if (this.#out.length >= flushChars) this.#flush()
    else if (!this.#isScheduled) this.#schedule()
  }

  #schedule(): void {
    this.#isScheduled = true
    // Behind everything that this turn, with its promises, has to say.
    process.nextTick(this.#flush)
  }

  /** Resolves when what waits has been written, or never will be. */
  drained(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const done = () => {
      this.#socket.off('drain', done).off('close', done)
      resolve()
    }
    this.#socket.on('drain', done).on('close', done)
    return promise
  }

  receive(chunk: Buffer): void {
    const messages = this.#parse(chunk)
    if (Array.isArray(messages)) for (const message of messages) this.#take(message)
    else if (messages !== undefined) this.#take(messages)
  }

  /** What is no message of a run's closes the connection: whoever reads it has its members as they should be. */
  #take(message: unknown): void {
    if (isMessage(message)) this.#events.onMessage(message)
    else this.#socket.destroy()
  }

  /** Does not read before what waits has been written: who does not take answers may not ask. */
  async rest(): Promise<void> {
    this.#socket.pause()
    await this.drained()
    this.#socket.resume()
  }

  end(): void {
    this.#flush()
    this.#socket.end()
  }

  /** Every line that is whole, or the one that is. */
  #parse(chunk: Buffer): unknown {
    try {
      const text = this.#lines.push(chunk)
      if (text === undefined) return undefined
      // No text in JSON has a newline in it, so that those are all between messages.
      return text.includes('\n') ? JSON.parse(`[${text.replaceAll('\n', ',')}]`) : JSON.parse(text)
    } catch {
      // It is no JSON, or too long: the other end is none of ours.
      this.#socket.destroy()
      return undefined
    }
  }
}

function isMessage(message: unknown): message is CallMessage {
  if (typeof message !== 'object' || message === null) return false
  const { id, method, params, timeoutMs } = message as Record<keyof CallMessage, unknown>
  return (
    (id === undefined || typeof id === 'number') &&
    (method === undefined || typeof method === 'string') &&
    (params === undefined || Array.isArray(params)) &&
    (timeoutMs === undefined || typeof timeoutMs === 'number')
  )
}

// A connection between two runs as messages: the messages of one turn go out in one write, and those of one chunk are
// parsed at once.
import type net from 'node:net'
import { type CallMessage, maxCallLineBytes } from '../../protocol/calls.ts'
import type { Channel } from '../../protocol/channel/channel.ts'
import { Frames, frameOf, type Part } from '../../protocol/channel/frames.ts'
import { type Carrier, says, tell } from '../../protocol/channel/messages.ts'
import { P8aError } from '../../protocol/errors.ts'

/** Messages of one turn beyond this go out at once. */
const flushChars = 64 * 1024

export type WireOptions = {
  /** Whether the other end takes bytes as they are. */
  takesBytes: boolean
  onMessage: (message: CallMessage) => void
  /** All that was sent so far is with the kernel: the other end may get it. */
  onSent?: () => void
  /** Once, whoever ended it. */
  onClosed: () => void
}

export class Wire implements Carrier {
  #socket: net.Socket
  #options: WireOptions
  #frames = new Frames({ maxBytes: maxCallLineBytes })
  readonly bytes: Carrier['bytes']
  #out = ''
  /** The channels that keep the process alive. */
  #kept = 0
  #isScheduled = false
  #flush = () => {
    this.#isScheduled = false
    if (this.#out === '') return
    const out = this.#out
    this.#out = ''
    this.#socket.write(out)
    if (!this.#socket.connecting) this.#look()
  }

  constructor(socket: net.Socket, options: WireOptions) {
    this.#socket = socket
    this.#options = options
    // What keeps the process is its pod, its link, and the deadline of a call.
    socket.unref()
    this.bytes = options.takesBytes ? (id, bytes) => this.#sendBytes(Number(id), bytes) : undefined
    socket.on('data', chunk => this.receive(chunk as Buffer))
    // The close that follows every error does what is to be done.
    socket.on('error', () => {})
    socket.on('close', () => options.onClosed())
    // After what waits for this is written.
    if (socket.connecting) socket.once('connect', () => process.nextTick(() => this.#look()))
  }

  /** Whether more data waits than the kernel takes now. */
  get isFull(): boolean {
    return this.#socket.writableNeedDrain
  }

  get unsentBytes(): number {
    return this.#socket.writableLength + this.#out.length
  }

  /** Where the other end is gone, the kernel has taken nothing, and the socket knows by now. */
  #look(): void {
    if (this.#socket.writable) this.#options.onSent?.()
  }

  /** @param text one message or several, each with its newline */
  send(text: string): void {
    this.#out += text
    if (this.#out.length >= flushChars) this.#flush()
    else if (!this.#isScheduled) this.#schedule()
  }

  say(message: string): void {
    this.send(`${message}\n`)
  }

  /** For what the other end must learn also where this process ends in this turn: the kernel has it when this returns. */
  sayAtOnce(message: string): void {
    this.#flush()
    this.#socket.write(`${message}\n`)
  }

  #sendBytes(id: number, bytes: Uint8Array): void {
    this.#flush()
    this.#socket.write(frameOf(id, bytes))
  }

  #schedule(): void {
    this.#isScheduled = true
    // After everything that this turn, with its promises, sends.
    process.nextTick(this.#flush)
  }

  /** Keeps the process alive until `channel` is over. */
  keepFor(channel: Channel): void {
    this.#socket.ref()
    this.#kept++
    channel.whenClosed(() => {
      if (--this.#kept === 0) this.#socket.unref()
    })
  }

  /** Resolves when the waiting data has been written, or never will be. */
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
    for (const part of this.#partsOf(chunk)) {
      if (typeof part === 'string') this.#takeLines(part)
      else this.#options.onMessage({ method: says.bytes, params: [part.id, part.bytes] })
    }
  }

  /** Tells a channel what the other end said. If that makes no sense, the other end is not ours. */
  tell(channel: Channel, method: string, params: unknown[]): void {
    try {
      tell(channel, method, params)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      this.#socket.destroy()
    }
  }

  /** @throws {P8aError} `too_large` */
  check(value: string | Uint8Array): void {
    // Bytes are counted only if the value may be too long, since counting them means reading all of it.
    if (value.length * 3 <= maxCallLineBytes || Buffer.byteLength(value) <= maxCallLineBytes - 100) return
    throw new P8aError('too_large', `The answer is over ${maxCallLineBytes} bytes`, {
      hint: 'Yield it in parts from an async generator',
    })
  }

  /** Does not read before the waiting data has been written: a caller that takes no answers may not ask. */
  async rest(): Promise<void> {
    this.#socket.pause()
    await this.drained()
    this.#socket.resume()
  }

  end(): void {
    this.#flush()
    this.#socket.end()
  }

  #partsOf(chunk: Buffer): Part[] {
    try {
      return this.#frames.push(chunk)
    } catch {
      // The line is too long, or the frame is wrong: the other end is not ours.
      this.#socket.destroy()
      return []
    }
  }

  #takeLines(text: string): void {
    const messages = this.#parse(text)
    if (Array.isArray(messages)) for (const message of messages) this.#take(message)
    else if (messages !== undefined) this.#take(messages)
  }

  /** Anything but a message of a run closes the connection, so code behind this can rely on the members. */
  #take(message: unknown): void {
    if (isMessage(message)) this.#options.onMessage(message)
    else this.#socket.destroy()
  }

  #parse(text: string): unknown {
    try {
      // JSON texts contain no newlines, so every newline stands between messages.
      return text.includes('\n') ? JSON.parse(`[${text.replaceAll('\n', ',')}]`) : JSON.parse(text)
    } catch {
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

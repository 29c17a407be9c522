// A connection that speaks lines of JSON-RPC: bytes come in, answers go out, within the limits of the settings.

import type { Duplex } from 'node:stream'
import { reservedPrefix } from '../../../protocol/channel/messages.ts'
import { deadline } from '../../../protocol/deadline.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { LineSplitter } from '../../../protocol/lines.ts'
import { parseMessage } from '../../../protocol/long-numbers.ts'
import type { Seams } from '../../system/seams.ts'
import type { Authority } from '../access/authority.ts'
import type { Answers } from '../answers.ts'
import type { Visitor } from '../doorstep.ts'
import { Guest } from '../guest.ts'
import { longestLine } from '../longest-line.ts'
import type { Unread } from '../unread.ts'
import { Channels } from './channels.ts'
import { LineWriter } from './line-writer.ts'
import { errorReply } from './reply.ts'
import type { Rpc } from './rpc.ts'

/** How often the kernel asks a silent peer whether it is still there. */
const keepAliveMs = 60_000
/** How many lines of one connection are taken before the event loop looks for those of others. */
const linesAtOnce = 8
/** How often to probe a client that sends nothing more and waits for an answer. */
const probeMs = 500

export type SessionOptions = {
  seams: Pick<Seams, 'settings' | 'log'>
  rpc: Rpc
  authority: Authority
  answers: Answers
  unread: Unread
  /** A connection that has to authorize itself; undefined for the Unix socket. */
  visitor: Visitor | undefined
}

/** A connection: a socket, or messages that carry lines. */
export type LineSocket = Duplex & { setKeepAlive(isOn: boolean, afterMs: number): unknown }

/** Serves a connection until it ends. `first` is the part that was read already. */
export function serveLines(socket: LineSocket, first: Buffer, options: SessionOptions): void {
  new Session(socket, options).begin(first)
}

class Session {
  #socket: LineSocket
  #seams: Pick<Seams, 'settings' | 'log'>
  #rpc: Rpc
  #client: Guest
  #lines: LineSplitter
  #channels: Channels
  #answers: Answers
  #writer: LineWriter
  #pending = 0
  /** Answers that the kernel does not have yet. */
  #unwritten = 0
  #isRefused = false
  /** Whether lines of the last chunk were not taken yet. */
  #hasLines = false
  #hasInputEnded = false
  #idleTimer: NodeJS.Timeout | undefined

  constructor(socket: LineSocket, { seams, rpc, authority, answers, unread, visitor }: SessionOptions) {
    const { settings } = seams
    this.#socket = socket
    this.#seams = seams
    this.#rpc = rpc
    this.#answers = answers
    this.#writer = new LineWriter(socket, { seams, unread, isKnown: () => this.#client.identity !== undefined })
    this.#lines = new LineSplitter({ maxBytes: visitor ? settings.maxUnauthorizedLineBytes : settings.maxLineBytes })
    this.#channels = new Channels(settings, this.#writer)
    this.#client = new Guest({
      authority,
      visitor,
      onKnown: () => this.#onKnown(),
      onEnded: () => socket.destroy(),
      channels: this.#channels,
      taken: async () => await this.#writer.drained(),
    })
  }

  /** Requests that a client can give up do not count: they may wait for the end of a stream, or for news. */
  get isAnswering(): boolean {
    return this.#unwritten > 0 || this.#pending > this.#channels.size
  }

  begin(first: Buffer): void {
    const socket = this.#socket
    const forget = this.#answers.add(this)
    socket.on('data', (chunk: Buffer) => this.#onData(chunk))
    socket.on('end', () => {
      this.#hasInputEnded = true
      if (!this.#hasLines) this.#onInputEnd()
    })
    // The close that follows every error does the rest.
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(this.#idleTimer)
      this.#client.leave()
      this.#channels.lose()
      forget()
    })
    this.#onData(first)
  }

  /** An idle connection is closed. Lines count and not bytes, since half a line may come for ever. */
  #onKnown(): void {
    this.#lines.maxBytes = longestLine(this.#seams.settings, this.#client.identity?.role)
    if (this.#idleTimer) return
    // A peer whose machine is gone sends nothing, and this finds it even if the client only follows a log.
    this.#socket.setKeepAlive(true, keepAliveMs)
    this.#idleTimer = deadline(() => {
      if (this.#pending > 0) this.#idleTimer?.refresh()
      else this.#socket.destroy()
    }, this.#seams.settings.idleTimeout)
  }

  #onData(chunk: Buffer): void {
    this.#takeWithRoom(this.#lines.push(chunk))
  }

  /** Those of a chunk that are left wait while others take their turn, and nothing more is read before them. */
  #takeLines(lines: Generator<string, void>): void {
    try {
      this.#hasLines = !this.#tookAll(lines)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      this.#refuseLongLine()
    }
    if (this.#isRefused) return
    this.#flow()
    if (!this.#hasLines && this.#hasInputEnded) this.#onInputEnd()
    if (this.#hasLines) setImmediate(() => this.#takeWithRoom(lines))
  }

  #takeWithRoom(lines: Generator<string, void>): void {
    const room = this.#rpc.room(this.#client)
    if (!room) this.#takeLines(lines)
    else {
      this.#hasLines = true
      this.#flow()
      void room.then(() => this.#takeLines(lines))
    }
  }

  /** Takes a few. @returns whether these were all */
  #tookAll(lines: Generator<string, void>): boolean {
    for (let taken = 0; taken < linesAtOnce && !this.#isRefused; taken++) {
      const { value: line, done } = lines.next()
      if (done) return true
      if (line.trim() !== '') this.#onLine(line)
    }
    return false
  }

  /** Reads on, unless lines wait that were read, or answers to too many. */
  #flow(): void {
    if (this.#isRefused) return
    // What goes on as the client takes waits for what the client says next.
    const waiting = this.#pending - this.#channels.withWindow
    if (this.#hasLines || waiting >= this.#seams.settings.maxPendingRequests) this.#socket.pause()
    else if (this.#socket.isPaused()) this.#socket.resume()
  }

  #onInputEnd(): void {
    this.#onLastLine()
    this.#endWhenAnswered()
  }

  /** What came before the end is a line, with a newline or not. */
  #onLastLine(): void {
    const line = this.#lines.rest()
    if (line.trim() !== '' && !this.#isRefused) this.#onLine(line)
  }

  #refuseLongLine(): void {
    const { maxBytes } = this.#lines
    const setting = this.#client.identity?.role === 'read' ? 'maxReadLineBytes' : 'maxLineBytes'
    const hint = this.#client.identity
      ? `To allow it, raise ${setting} in host.json`
      : 'Authorize with host.auth first; lines before that must be short'
    const error = new P8aError('too_large', `The line is longer than ${maxBytes} bytes`, {
      hint,
      facts: { limit: maxBytes },
    })
    this.#end(error)
  }

  /** Tells the client what is wrong with all of it, and goes. */
  #end(error: P8aError): void {
    this.#writer.send(errorReply(null, error))
    this.#stopReading()
    this.#socket.end()
  }

  /** What still comes is dropped. If the connection were cut, an answer that is on its way would be lost. */
  #stopReading(): void {
    this.#isRefused = true
    this.#socket.removeAllListeners('data')
    this.#socket.resume()
  }

  #onLine(line: string): void {
    this.#idleTimer?.refresh()
    let message: unknown
    try {
      message = parseMessage(line)
    } catch {
      const answer = this.#rpc.answerGarbage(this.#client)
      if (this.#client.identity) this.#writer.send(answer)
      else void this.#refuse(Promise.resolve(answer))
      return
    }
    if (this.#client.identity && isTold(message)) {
      this.#onTold(message)
      return
    }
    // A client that is still unknown has had its one line.
    const answering = this.#rpc.answer(message, this.#client)
    if (this.#client.identity) void this.#answer(answering)
    else void this.#refuse(answering)
  }

  #onTold({ method, params }: Told): void {
    try {
      this.#channels.tell(method, params)
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause
      this.#end(new P8aError('bad_request', `Cannot take ${method}: ${cause.message}`, { cause }))
    }
  }

  /** Tells an unknown client that it is not authorized, and nothing else. */
  async #refuse(answering: ReturnType<Rpc['answer']>): Promise<void> {
    this.#stopReading()
    const answer = await answering
    await this.#client.atone(this.#seams.settings.wrongTokenDelay)
    if (answer) this.#writer.send(answer)
    this.#socket.end()
  }

  async #answer(answering: ReturnType<Rpc['answer']>): Promise<void> {
    this.#pending++
    this.#flow()
    const answer = await answering
    // A known client may have tried another token.
    await this.#client.atone(this.#seams.settings.wrongTokenDelay)
    this.#pending--
    this.#idleTimer?.refresh()
    this.#flow()
    if (answer) {
      this.#unwritten++
      this.#writer.send(answer, () => this.#onWritten())
    }
    if (this.#pending === 0 && this.#hasInputEnded && !this.#hasLines) this.#socket.end()
  }

  #onWritten(): void {
    this.#unwritten--
    this.#answers.onSent()
  }

  /** A client that closes its half still gets its answers: `echo … | nc -N` works. */
  #endWhenAnswered(): void {
    this.#channels.endInput()
    if (this.#pending === 0 && !this.#isRefused) this.#socket.end()
    else if (this.#pending > 0) this.#probe()
  }

  /**
   * A client that has closed both halves looks like one that has closed one half: only a write shows the difference,
   * and over TCP only the write after it. A space before a line of JSON means nothing.
   */
  #probe(): void {
    if (this.#pending === 0 || this.#socket.destroyed) return
    this.#socket.write(' ')
    setTimeout(() => this.#probe(), probeMs).unref()
  }
}

/** What a client says of a channel. */
type Told = { method: string; params?: unknown }

function isTold(message: unknown): message is Told {
  if (typeof message !== 'object' || message === null || !('method' in message) || 'id' in message) return false
  return typeof message.method === 'string' && message.method.startsWith(reservedPrefix)
}

// A connection to a pod that brings one request after another, and the answer to each. What it sends has been checked by whoever asks.
import type { Address } from '../port-address.ts'
import { type AnswerHead, AnswerReader, type AnswerSink } from './answer-reader.ts'
import { PodSocket } from './pod-socket.ts'

/** `headers`: names and values in turn. `body`: as it comes. */
export type Question = {
  method: string
  path: string
  headers: readonly string[]
  /** `length`: in bytes, as the headers tell it; undefined where they do not. */
  body: { parts: AsyncIterable<Buffer>; length: number | undefined } | undefined
}

/** What is told of an answer; `onRead` comes after what was read at once, unless the answer has ended with it. */
export type Answerer = AnswerSink & {
  onRead(): void
  onEnd(trailers: readonly string[]): void
  /** There is no answer, or the rest of one. */
  onError(error: Error): void
}

/** `answerTimeoutMs`: for the head of an answer, once the request is sent. */
export type ConnectionLimits = { answerTimeoutMs: number; maxHeadBytes: number }

const connectTimeoutMs = 10_000
/** How long it is kept without a request: less than the servers of most pods do, so that the gateway is the one that closes. */
const keepMs = 4000

/** All connections read into it: what was read is used up before anything else is. */
const buffer = Buffer.allocUnsafeSlow(65_536)

export class Connection {
  /** Whether the pod has accepted it: it can have seen a request. */
  isConnected = false
  /** Whether it was kept, and broke before the pod has read what was asked last. */
  isStale = false
  #socket: PodSocket
  #reader: AnswerReader
  #answerer: Answerer | undefined
  #timer: NodeJS.Timeout
  /** Told once it brings nothing more. */
  #onClosed: () => void
  #isSending = false
  #hasHead = false
  /** Whether it has brought an answer before, and a byte of the one that is asked for. */
  #isKept = false
  #hasBytes = false
  #isPaused = false
  #keepMs = keepMs
  /** Called once more of a body may be written, or none. */
  #onRoom: (() => void) | undefined

  constructor(address: Address, { answerTimeoutMs, maxHeadBytes }: ConnectionLimits, onClosed: () => void) {
    this.#onClosed = onClosed
    const sink: AnswerSink = {
      onInterim: head => this.#answerer?.onInterim(head),
      onHead: head => this.#began(head),
      onData: bytes => this.#answerer?.onData(bytes),
    }
    this.#reader = new AnswerReader(sink, { maxHeadBytes })
    const socket = new PodSocket(address, { onread: { buffer, callback: count => this.#onRead(count) } })
    this.#socket = socket
    socket.once('connect', () => {
      this.isConnected = true
      socket.setTimeout(this.#keepMs)
    })
    socket.setTimeout(connectTimeoutMs)
    // With the call above it would be told once alone.
    socket.on('timeout', () => this.#onSilent())
    socket.once('end', () => this.#onEnded())
    socket.on('drain', () => {
      // The pod has taken some of the body, however long all of that takes.
      this.#timer.refresh()
      this.#onRoom?.()
    })
    socket.on('error', error => this.#onBroken(error))
    socket.once('close', () => this.#fail(new Error('The connection to the pod is closed')))
    this.#timer = setTimeout(() => this.#onAnswerTime(), answerTimeoutMs).unref()
  }

  get isOpen(): boolean {
    return this.#socket.writable && !this.#socket.destroyed
  }

  /** Sends a request; one at a time. */
  ask({ method, path, headers, body }: Question, answerer: Answerer): void {
    this.#answerer = answerer
    this.#hasHead = false
    this.#hasBytes = false
    this.#isSending = body !== undefined
    this.#reader.expect(method)
    this.#timer.refresh()
    let head = `${method} ${path} HTTP/1.1\r\n`
    for (let at = 0; at < headers.length; at += 2) head += `${headers[at]}: ${headers[at + 1]}\r\n`
    if (body && body.length === undefined) head += 'transfer-encoding: chunked\r\n'
    this.#socket.write(`${head}connection: keep-alive\r\n\r\n`, 'latin1')
    if (!body) return
    // Nothing of a body is taken for a pod that is not reached: the request can go to another one then.
    if (this.isConnected) void this.#send(body, answerer)
    else this.#socket.once('connect', () => void this.#send(body, answerer))
  }

  /** Nothing more is read until `resume`. */
  pause(): void {
    this.#isPaused = true
    this.#socket.pause()
  }

  resume(): void {
    this.#isPaused = false
    this.#socket.resume()
  }

  /** Gives up what is asked, and the connection. */
  destroy(error: Error): void {
    this.#fail(error)
  }

  /** It is not needed any more, once it has brought what is asked. */
  close(): void {
    this.#keepMs = 0
    if (!this.#answerer) this.#socket.destroy()
  }

  async #send({ parts, length }: NonNullable<Question['body']>, answerer: Answerer): Promise<void> {
    const socket = this.#socket
    const isAsked = () => this.#answerer === answerer
    const isChunked = length === undefined
    let sent = 0
    try {
      // What comes after an answer is read, so that its client can read that answer, and goes nowhere.
      for await (const part of parts) {
        if (!isAsked() || socket.writeError) continue
        sent += part.length
        // What is beyond the length would be another request.
        if (length !== undefined && sent > length) break
        socket.cork()
        if (isChunked) socket.write(`${part.length.toString(16)}\r\n`, 'latin1')
        socket.write(part)
        if (isChunked) socket.write('\r\n', 'latin1')
        socket.uncork()
        if (socket.writableNeedDrain)
          await new Promise<void>(resolve => {
            this.#onRoom = resolve
          })
      }
      if (!isAsked() || socket.writeError) return
      if (length !== undefined && sent !== length) throw new Error(`The request has ${sent} bytes, and says ${length}`)
      if (isChunked) socket.write('0\r\n\r\n', 'latin1')
      this.#isSending = false
      this.#timer.refresh()
    } catch (error) {
      if (isAsked()) this.#fail(error as Error)
    }
  }

  /** @returns whether more may be read */
  #onRead(count: number): boolean {
    const answerer = this.#answerer
    // Nobody has asked for these bytes, so that they must answer nobody.
    if (!answerer) {
      this.#socket.destroy()
      return false
    }
    this.#hasBytes = true
    try {
      this.#reader.push(buffer.subarray(0, count))
      if (this.#answerer && this.#reader.isOver) this.#over()
      else if (this.#answerer) answerer.onRead()
    } catch (error) {
      this.#fail(error as Error)
    }
    return !this.#isPaused
  }

  #began(head: AnswerHead): void {
    this.#hasHead = true
    this.#answerer?.onHead(head)
  }

  /** The pod sends nothing more: an answer without a length ends so. */
  #onEnded(): void {
    if (!this.#answerer) return
    const { writeError } = this.#socket
    try {
      // A reset that a write was told of is not told again, and what it may have cost is not known.
      if (writeError?.code === 'ECONNRESET') throw writeError
      this.#reader.end()
      this.#over()
    } catch (error) {
      this.#onBroken(writeError ?? (error as Error))
    }
  }

  #over(): void {
    const answerer = this.#answerer
    this.#answerer = undefined
    this.#isKept = true
    // Whoever waited with the rest of this answer does not wait with the next one.
    if (this.#isPaused) this.resume()
    const { keepAliveS, mayStay, trailers } = this.#reader
    const mostMs = Math.min(this.#keepMs, keepAliveS === undefined ? keepMs : (keepAliveS - 1) * 1000)
    const isSent = !this.#isSending && this.#socket.writableLength === 0
    if (!mayStay || !isSent || mostMs <= 0) this.#socket.destroy()
    else if (this.#socket.timeout !== mostMs) this.#socket.setTimeout(mostMs)
    answerer?.onEnd(trailers)
  }

  /** The system says so where the pod's side was closed with something unread: one that ends after it has read a request just ends. */
  #onBroken(error: Error & { code?: string }): void {
    this.isStale = this.#isKept && !this.#hasBytes && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
    this.#fail(error)
  }

  #fail(error: Error): void {
    const answerer = this.#answerer
    this.#answerer = undefined
    clearTimeout(this.#timer)
    this.#socket.destroy()
    this.#onClosed()
    this.#onRoom?.()
    answerer?.onError(error)
  }

  /** Nothing has been sent or read for a while. */
  #onSilent(): void {
    if (this.#socket.connecting) {
      this.#fail(Object.assign(new Error('The pod did not accept the connection in time'), { code: 'ETIMEDOUT' }))
    } else if (!this.#answerer) this.#socket.destroy()
  }

  #onAnswerTime(): void {
    if (!this.#answerer || this.#hasHead) return
    // As long as the pod takes the request, it is the client's time.
    const { writeError, writableNeedDrain } = this.#socket
    if (this.#isSending && !writeError && !writableNeedDrain) this.#timer.refresh()
    else this.#fail(Object.assign(new Error('no answer in time'), { code: 'ANSWER_TIMEOUT' }))
  }
}

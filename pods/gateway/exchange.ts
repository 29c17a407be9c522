// One request and its answer, as all parts of the gateway see it. It is answered once, and nothing is sent after that.
import { STATUS_CODES } from 'node:http'
import { isStatus } from './answer-headers.ts'
import { linger } from './lingering.ts'
import { type Refusal, refusalAnswer } from './refusal.ts'
import type { Head, Peer } from './request-headers.ts'
import type { Answering, Asking } from './sides.ts'

/** What is told of an exchange that is over. `status` is 499 if the client left before it was answered. */
export type Told = {
  id: string
  client: string
  method: string
  host: string
  path: string
  http: string
  status: number
  /** Of the answer's body. */
  bytes: number
  /** Until all was over, and until the answer began. */
  ms: number
  answerMs: number
  pod?: string | undefined
  error?: string | undefined
  detail?: string | undefined
  referer?: string | undefined
  agent?: string | undefined
}

/** Is told of what is over; what it has to say is put together when it is asked for. */
export type Tell = (over: { readonly status: number; told(): Told }) => void

/** Written to send a head alone: Node's flushHeaders() would write the bytes of its values as UTF-8. */
const nothing = new Uint8Array(0)

/** How often an answer may be hinted at: nothing waits until the client has taken them. */
const mostHints = 32

export class Exchange {
  readonly request: Asking
  readonly response: Answering
  readonly head: Head
  readonly id: string
  readonly peer: Peer
  host = ''
  /** The pod or group that is asked for, and the pod that gets it. */
  name: string | undefined
  #pod: string | undefined
  /** Nobody is woken, or kept awake, for it. */
  isQuiet = false
  /** A cookie that the client is to keep. */
  cookie: string | undefined
  refusal: Refusal | undefined
  /** Bytes of the answer's body so far. */
  bytes = 0
  #answerMs: number | undefined
  #hints = 0
  #lingerMs: number
  /** Called once the client has its answer, or is gone: what is under way for it is given up. */
  onClosed: (() => void) | undefined
  #began = performance.now()
  #closed: AbortController | undefined
  #isOver = false
  #isEnded = false

  /**
   * @param lingerMs how long the client may go on to send once it is answered
   * @param tell told of it once it is over
   */
  constructor(
    { request, response }: { request: Asking; response: Answering },
    { head, id, peer, lingerMs }: { head: Head; id: string; peer: Peer; lingerMs: number },
    tell: (exchange: Exchange) => void,
  ) {
    this.request = request
    this.response = response
    this.head = head
    this.id = id
    this.peer = peer
    this.#lingerMs = lingerMs
    // An answer that has to wait for the one before it is not told when its connection ends.
    const isWaiting = response.socket === null
    const over = () => {
      if (this.#isOver) return
      this.#isOver = true
      if (isWaiting) request.socket.off?.('close', over)
      this.onClosed?.()
      this.#closed?.abort()
      tell(this)
    }
    response.once('close', over)
    if (isWaiting) request.socket.once?.('close', over)
  }

  /** Aborted when the client has its answer, or is gone. It is made when it is first asked for: few exchanges need it. */
  get signal(): AbortSignal {
    this.#closed ??= new AbortController()
    if (this.#isOver) this.#closed.abort()
    return this.#closed.signal
  }

  get pod(): string | undefined {
    return this.#pod ?? this.name
  }

  set pod(pod: string | undefined) {
    this.#pod = pod
  }

  /** Whether the client still waits, and has got nothing yet. */
  get isOpen(): boolean {
    return !this.response.headersSent && !this.response.destroyed && !this.#isOver
  }

  /** Whether the client has its answer, or is gone. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Whether the answer is complete, though the client may still take it, or send. */
  get isEnded(): boolean {
    return this.#isEnded
  }

  /** How long it has taken until the answer began, or until now. */
  get answerMs(): number {
    return this.#answerMs ?? this.#passedMs()
  }

  /** What the client got; 499 if it left before that. */
  get status(): number {
    return this.response.headersSent ? this.response.statusCode : 499
  }

  /** The answer begins. */
  answered(): void {
    this.#answerMs ??= this.#passedMs()
  }

  /**
   * Begins the answer of the pod.
   * @param headers names and values in turn
   * @throws {Error} where it has what no answer may have: a status that is none, a control character in a header
   */
  begin(status: number, text: string | undefined, headers: readonly string[], isWhole?: boolean): void {
    const { response, cookie } = this
    if (!isStatus(status)) throw new Error(`The pod has answered with the status ${status}`)
    response.sendDate = false
    this.answered()
    const all = [...headers, ...(cookie === undefined ? [] : ['set-cookie', cookie])]
    response.writeHead(status, text !== undefined && isReason.test(text) ? text : reasonOf(status), all, isWhole)
  }

  /** Sends the head of the answer, though nothing follows yet. */
  flush(): void {
    this.response.write(nothing)
  }

  /**
   * Hints that are none are left out, and those of a pod that sends them without an end; so are all where the client would take them for
   * the answer (RFC 9110 15.2).
   */
  hint(link: string | string[]): void {
    this.#hints += 1
    if (this.#hints > mostHints || this.request.httpVersion === '1.0') return
    try {
      this.response.writeEarlyHints({ link })
    } catch {
      // They are but hints.
    }
  }

  /** The answer breaks off if its trailers are none, since they may say whether it is right. */
  trail(trailers: readonly [string, string][]): void {
    try {
      this.response.addTrailers(trailers)
    } catch {
      this.response.destroy()
    }
  }

  /** Ends the answer, whether or not the client has sent all of its request. */
  end(body?: Uint8Array | string, encoding?: 'latin1'): void {
    const { request, response } = this
    this.#isEnded = true
    if (!request.complete) linger(request, this.#lingerMs)
    response.end(body, encoding)
  }

  /** Answers in the gateway's own name; what has begun to be answered breaks off, so that the client knows that it is not whole. */
  refuse(refusal: Refusal): void {
    // Nobody is there to be told, and what was given up for that is no fault.
    if (this.#isOver || this.#isEnded) return
    this.refusal ??= refusal
    const { response, request } = this
    if (!this.isOpen) return void response.destroy()
    const { headers, body } = refusalAnswer(refusal, { id: this.id, accept: request.headers.accept })
    this.say(refusal.status, headers, body)
  }

  /** The answer of the pod ends before it is whole. What the gateway has answered itself is. */
  breakOff(): void {
    if (this.response.headersSent && !this.#isEnded) this.response.destroy()
  }

  /** Answers with a text of the gateway's own. */
  answer(text: string): void {
    this.say(200, ['content-type', 'text/plain', 'content-length', String(text.length)], text)
  }

  /** The same with headers: names and values in turn. */
  say(status: number, headers: string[], text: string): void {
    const body = this.request.method === 'HEAD' ? undefined : text
    this.answered()
    this.bytes += Buffer.byteLength(body ?? '')
    this.response.writeHead(status, reasonOf(status), headers)
    this.end(body)
  }

  told(): Told {
    return toldOf(this, { passedMs: this.#passedMs() })
  }

  #passedMs(): number {
    return performance.now() - this.#began
  }
}

/** What an exchange, or a connection that a client and a pod share, knows of itself. */
type Known = Pick<Told, 'id' | 'host' | 'status' | 'bytes' | 'answerMs' | 'pod'> & {
  request: Pick<Asking, 'method' | 'url' | 'httpVersion' | 'headers'>
  peer: Peer
  refusal: Refusal | undefined
}

export function toldOf(known: Known, { passedMs }: { passedMs: number }): Told {
  const { request, refusal, peer, id, host, status, bytes, answerMs, pod } = known
  return {
    id,
    client: peer.address,
    method: request.method ?? '',
    host,
    path: request.url ?? '',
    http: request.httpVersion,
    status,
    bytes,
    ms: tenths(passedMs),
    answerMs: tenths(answerMs),
    pod,
    error: refusal?.code,
    detail: refusal?.detail,
    referer: request.headers.referer,
    agent: request.headers['user-agent'],
  }
}

/** What may stand behind a status (RFC 9112 4). */
const isReason = /^[\t\x20-\x7e\x80-\xff]*$/

/** A text that was refused would be taken again, unless there is another one. */
const reasonOf = (status: number) => STATUS_CODES[status] ?? ''

const tenths = (ms: number) => Math.round(ms * 10) / 10

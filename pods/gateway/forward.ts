// Takes a request to a pod and the answer back, with nothing held in between: whichever side is slow, the other one waits.
import { answerHeaders } from './answer-headers.ts'
import type { AnswerHead } from './answer-reader.ts'
import { type BodyLimits, bodyOf } from './body.ts'
import type { Answerer, Connection } from './connection.ts'
import type { Exchange } from './exchange.ts'
import { Refusal } from './refusal.ts'
import { hasBody, wordsProblem } from './request-headers.ts'
import { answerTrailers } from './trailers.ts'
import type { Upstream } from './upstreams.ts'

/** What is asked of the pod. `headers`: names and values in turn. */
export type Onward = { path: string; headers: string[] } & BodyLimits

/** `isDelivered`: whether it can have seen the request. */
export type Outcome = { isDone: true } | { isDone: false; error: Error; isDelivered: boolean }

/**
 * Sends the request. An answer that has begun and breaks off, breaks off for the client too.
 * @param done called once all is over
 * @throws {Refusal} `pod_full`
 */
export function forward(
  upstream: Upstream,
  exchange: Exchange,
  onward: Onward,
  done: (outcome: Outcome) => void,
): void {
  const { method = 'GET' } = exchange.request
  const { path, headers } = onward
  const problem = wordsProblem({ method, path, headers })
  if (problem !== undefined) throw new Refusal(400, 'bad_request', `The request is refused: ${problem}`)
  const connection = upstream.take()
  const over = (outcome: Outcome) => {
    exchange.onClosed = undefined
    upstream.give(connection)
    done(outcome)
  }
  const { length } = exchange.head
  const body = hasBody(exchange.head)
    ? { parts: bodyOf(exchange, onward), length: length === undefined ? undefined : Number(length) }
    : undefined
  const mayRepeat = body === undefined && idempotent.has(method)
  const answerer = new Answer(exchange, connection, { over, mayRepeat })
  exchange.onClosed = () => connection.destroy(new Error('the client is gone'))
  // Many servers want to be told that there is no body where there could be one (RFC 9110 8.6).
  if (!body && length === undefined && !bodiless.has(method)) headers.push('content-length', '0')
  connection.ask({ method, path, headers, body }, answerer)
}

/** Methods of requests that have no body as a rule, and of those that mean the same twice as once (RFC 9110 9.2.2). */
const bodiless = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])
const idempotent = new Set([...bodiless, 'PUT', 'DELETE'])

type AnswerOptions = { over: (outcome: Outcome) => void; mayRepeat: boolean }

/** Shorter parts of a body go out as a text with what is before them, which costs Node less than bytes of their own. */
const textBytes = 8192

class Answer implements Answerer {
  #exchange: Exchange
  #connection: Connection
  #over: (outcome: Outcome) => void
  #mayRepeat: boolean
  /** What came last and is not written yet: the end, which may come with it, goes out with it. */
  #last: Buffer | undefined
  #isFlushed = false
  #isWaiting = false

  constructor(exchange: Exchange, connection: Connection, { over, mayRepeat }: AnswerOptions) {
    this.#exchange = exchange
    this.#connection = connection
    this.#over = over
    this.#mayRepeat = mayRepeat
  }

  onInterim({ status, raw, names }: AnswerHead): void {
    const links = names.flatMap((name, at) => (name === 'link' ? (raw[2 * at + 1] ?? '') : []))
    if (status === 103 && links.length > 0) this.#exchange.hint(links)
  }

  onHead({ status, text, raw }: AnswerHead): void {
    this.#exchange.begin(status, text, answerHeaders(raw))
  }

  onData(bytes: Buffer): void {
    this.#exchange.bytes += bytes.length
    this.#write()
    this.#last = bytes
  }

  onRead(): void {
    if (this.#last) this.#write()
    else if (!this.#isFlushed && this.#exchange.response.headersSent) this.#exchange.flush()
    this.#isFlushed = this.#exchange.response.headersSent
  }

  onEnd(trailers: readonly string[]): void {
    const exchange = this.#exchange
    if (trailers.length > 0) exchange.trail(answerTrailers(trailers))
    this.#isWaiting = false
    const last = this.#last
    if (last === undefined) exchange.end()
    else if (last.length <= textBytes) exchange.end(last.toString('latin1'), 'latin1')
    else exchange.end(Buffer.from(last))
    this.#over({ isDone: true })
  }

  onError(error: Error): void {
    this.#exchange.breakOff()
    const { isConnected, isStale } = this.#connection
    this.#over({ isDone: false, error, isDelivered: isConnected && !(isStale && this.#mayRepeat) })
  }

  #write(): void {
    const last = this.#last
    this.#last = undefined
    if (last === undefined) return
    const { response } = this.#exchange
    const goesOn =
      last.length <= textBytes ? response.write(last.toString('latin1'), 'latin1') : response.write(Buffer.from(last))
    if (goesOn || this.#isWaiting) return
    this.#isWaiting = true
    this.#connection.pause()
    response.once('drain', () => {
      // The connection may be somebody else's by now.
      if (!this.#isWaiting) return
      this.#isWaiting = false
      this.#connection.resume()
    })
  }
}

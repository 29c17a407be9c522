// Takes a request to a pod and the answer back, with nothing held in between: whichever side is slow, the other one waits.
import type { IncomingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import { answerHeadersByName } from './answer-headers.ts'
import { type BodyLimits, bodyOf } from './body.ts'
import type { Exchange } from './exchange.ts'
import { hasBody } from './request-headers.ts'
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
  const client = upstream.take()
  const over = (outcome: Outcome) => {
    upstream.give(client, { isBroken: !outcome.isDone })
    done(outcome)
  }
  const handler = new Answer(exchange, over, onward.bodyTimeoutMs)
  const { method = 'GET' } = exchange.request
  const body = hasBody(exchange.head) ? Readable.from(bodyOf(exchange, onward), { objectMode: false }) : null
  const { path, headers } = onward
  try {
    client.dispatch({ path, method: method as 'GET', headers, body, idempotent: false }, handler)
  } catch (error) {
    handler.onResponseError(undefined, error as Error)
  }
}

class Answer implements Dispatcher.DispatchHandler {
  #exchange: Exchange
  #done: (outcome: Outcome) => void
  #lingerMs: number
  #hasData = false

  constructor(exchange: Exchange, done: (outcome: Outcome) => void, lingerMs: number) {
    this.#exchange = exchange
    this.#done = done
    this.#lingerMs = lingerMs
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    const leave = () => controller.abort(new Error('the client is gone'))
    this.#exchange.onClosed = leave
    if (this.#exchange.response.destroyed) leave()
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, all: IncomingHttpHeaders, text?: string): void {
    const { response } = this.#exchange
    if (status < 200) {
      if (status === 103 && all.link !== undefined) this.#exchange.hint(all.link)
      return
    }
    this.#exchange.begin(status, text, answerHeadersByName(all))
    // Most answers come with their first bytes, and go out with them; whoever waits for events has the headers now.
    process.nextTick(() => {
      if (!this.#hasData && !response.destroyed) this.#exchange.flush()
    })
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { response } = this.#exchange
    this.#hasData = true
    this.#exchange.bytes += chunk.length
    if (response.write(chunk)) return
    controller.pause()
    response.once('drain', () => controller.resume())
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    const { request, response } = this.#exchange
    const trailers = rawTexts(controller.rawTrailers)
    this.#hasData = true
    if (trailers.length > 0) this.#exchange.trail(pairs(trailers))
    response.end()
    if (!request.complete) this.#linger()
    this.#over({ isDone: true })
  }

  onResponseError(controller: Dispatcher.DispatchController | undefined, error: Error): void {
    const { response } = this.#exchange
    if (response.headersSent) response.destroy()
    // Before it was connected there is no controller: nobody has seen the request.
    const isDelivered = controller !== undefined
    // undici clears the queue of the connection around this call, and breaks if another request is in it by then.
    queueMicrotask(() => this.#over({ isDone: false, error, isDelivered }))
  }

  #over(outcome: Outcome): void {
    this.#exchange.onClosed = undefined
    this.#done(outcome)
  }

  /** A pod that has answered early does not read the rest. The client may go on for a while, or else it would lose the answer. */
  #linger(): void {
    const { request } = this.#exchange
    request.resume()
    const timer = setTimeout(() => request.destroy(), this.#lingerMs)
    request.once('close', () => clearTimeout(timer))
  }
}

/** Trailers as undici gives them, as texts. */
function rawTexts(raw: Dispatcher.DispatchController['rawHeaders']): string[] {
  return Array.isArray(raw) ? raw.map(part => (typeof part === 'string' ? part : part.toString('latin1'))) : []
}

const pairs = (flat: readonly string[]): [string, string][] =>
  flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] ?? ''] satisfies [string, string]] : []))

// Takes a request to a pod over HTTP/2 without TLS, and the answer back, stream to stream: with the trailers that gRPC lives by, answers that
// are nothing but trailers, and resets with their codes.
import { type ClientHttp2Stream, constants, type IncomingHttpHeaders } from 'node:http2'
import type { Address } from '../port-address.ts'
import { bodyOf } from './body.ts'
import { drained } from './drained.ts'
import type { Exchange } from './exchange.ts'
import type { Onward, Outcome } from './forward.ts'
import type { H2cSessions } from './h2c-sessions.ts'
import { byName, sendTrailers } from './http2.ts'
import { hasBody } from './request-headers.ts'
import { answerTrailers, requestTrailers } from './trailers.ts'

/** A stream of messages may be silent for as long as its two sides like; gRPC has deadlines of its own. */
const anyMs = 2 ** 31 - 1

type Options = Onward & { address: Address; answerTimeoutMs: number }

/** @param done called once all is over */
export async function forwardH2c(
  sessions: H2cSessions,
  exchange: Exchange,
  { address, ...onward }: Options,
  done: (outcome: Outcome) => void,
): Promise<void> {
  const { session, ready, over } = sessions.take(address)
  const { promise, resolve } = Promise.withResolvers<Outcome>()
  const failed = (error: Error) => resolve({ isDone: false, error, isDelivered: false })
  try {
    await ready
    if (!exchange.isOpen) throw new Error('the client is gone')
    // Node breaks down where a stream is closed while it is asked for trailers: only who announces them has any.
    const options = { endStream: !hasBody(exchange.head), waitForTrailers: exchange.head.trailer !== undefined }
    new Passing(exchange, onward, resolve).begin(session.request(headersOf(exchange, onward), options))
  } catch (error) {
    // Nobody listens there, or the session has ended meanwhile.
    failed(error as Error)
  }
  const outcome = await promise
  exchange.onClosed = undefined
  over()
  done(outcome)
}

function headersOf({ request }: Exchange, { path, headers }: Onward): Record<string, string | string[]> {
  const all = byName(headers)
  const authority = headers[1] ?? ''
  return {
    ...all,
    ':method': request.method ?? 'GET',
    ':path': path,
    ':scheme': 'http',
    ':authority': authority,
    te: 'trailers',
  }
}

class Passing {
  #exchange: Exchange
  #onward: Omit<Options, 'address'>
  #done: (outcome: Outcome) => void
  #hasSent = false

  constructor(exchange: Exchange, onward: Omit<Options, 'address'>, done: (outcome: Outcome) => void) {
    this.#exchange = exchange
    this.#onward = onward
    this.#done = done
  }

  begin(stream: ClientHttp2Stream): void {
    const { request } = this.#exchange
    const isGrpc = String(request.headers['content-type']).startsWith('application/grpc')
    const timer = setTimeout(() => this.#late(stream), isGrpc ? anyMs : this.#onward.answerTimeoutMs)
    this.#exchange.onClosed = () => stream.close(request.resetCode || constants.NGHTTP2_CANCEL)
    stream.on('error', () => {})
    stream.once('wantTrailers', () => sendTrailers(stream, byName(requestTrailers(request.rawTrailers).flat())))
    stream.on('headers', ({ ':status': status, link }) => {
      if (status === 103 && link !== undefined) this.#exchange.hint(link)
    })
    stream.once('response', (headers, flags) => {
      clearTimeout(timer)
      this.#answer(stream, headers, (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0)
    })
    stream.once('trailers', (trailers: IncomingHttpHeaders) =>
      this.#exchange.trail(answerTrailers(pairsOf(trailers).flat())),
    )
    stream.once('close', () => {
      clearTimeout(timer)
      this.#over(stream.rstCode)
    })
    if (hasBody(this.#exchange.head)) this.#send(stream).catch(() => stream.close(constants.NGHTTP2_CANCEL))
  }

  async #send(stream: ClientHttp2Stream): Promise<void> {
    for await (const chunk of bodyOf(this.#exchange, { ...this.#onward, bodyTimeoutMs: anyMs })) {
      if (stream.closed || stream.destroyed) continue
      this.#hasSent = true
      if (!stream.write(chunk)) await drained(stream)
    }
    stream.end()
  }

  #answer(
    stream: ClientHttp2Stream,
    { ':status': status = 502, ...headers }: IncomingHttpHeaders & { ':status'?: number | undefined },
    isWhole: boolean,
  ): void {
    const { response } = this.#exchange
    try {
      this.#exchange.begin(status, undefined, pairsOf(headers).flat(), isWhole)
    } catch {
      stream.close(constants.NGHTTP2_PROTOCOL_ERROR)
      return
    }
    this.#exchange.flush()
    stream.on('data', (chunk: Buffer) => {
      this.#exchange.bytes += chunk.length
      if (response.write(chunk)) return
      stream.pause()
      response.once('drain', () => stream.resume())
    })
    stream.once('end', () => {
      if (stream.rstCode === constants.NGHTTP2_NO_ERROR) this.#exchange.end()
    })
  }

  #over(code: number): void {
    const { response, isEnded } = this.#exchange
    if (code === constants.NGHTTP2_NO_ERROR && response.headersSent) {
      this.#done({ isDone: true })
      return
    }
    const isDelivered = this.#hasSent || code !== constants.NGHTTP2_REFUSED_STREAM
    // A client that knows of resets may know better what to do than it would by a status.
    const isTold = response.headersSent || (isDelivered && code !== constants.NGHTTP2_NO_ERROR && response.reset)
    if (isTold && !isEnded) {
      if (response.reset) response.reset(code)
      else response.destroy()
    }
    this.#done({ isDone: false, error: new Error(`the pod has reset the stream (code ${code})`), isDelivered })
  }

  #late(stream: ClientHttp2Stream): void {
    stream.close(constants.NGHTTP2_CANCEL)
    const error = Object.assign(new Error('no answer in time'), { code: 'ANSWER_TIMEOUT' })
    this.#done({ isDone: false, error, isDelivered: true })
  }
}

function pairsOf(headers: IncomingHttpHeaders): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || name.startsWith(':') ? [] : [value].flat().map((each): [string, string] => [name, each]),
  )
}

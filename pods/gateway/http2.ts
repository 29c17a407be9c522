// Requests over HTTP/2 as the rest of the gateway sees requests: the headers of HTTP/1.1, and streams that wait for each other.
import { constants, type Http2Stream, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import type { Answering, Asking } from './sides.ts'

/** @param raw headers as they came, names and values in turn */
export function sidesOf(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  raw: readonly string[],
): { request: Asking; response: Answering } {
  // What breaks is told by `close`.
  stream.on('error', () => {})
  return { request: new Request(stream, headers, raw), response: new Response(stream) }
}

/**
 * The headers that HTTP/1.1 would have: `:authority` is `Host`, a cookie in parts is one, and a body whose length is not told is chunked.
 * A `Host` that differs stays beside, so that the request is refused.
 */
export function headersOfOne(raw: readonly string[], hasBody: boolean): string[] {
  const headers: string[] = []
  const cookies: string[] = []
  let authority: string | undefined
  let hasLength = false
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at] ?? ''
    const value = raw[at + 1] ?? ''
    if (name === ':authority') authority = value
    else if (name === 'cookie') cookies.push(value)
    else if (name === 'host' && value === authority) continue
    else if (!name.startsWith(':')) headers.push(name, value)
    hasLength ||= name === 'content-length'
  }
  if (authority !== undefined) headers.unshift('host', authority)
  if (cookies.length > 0) headers.push('cookie', cookies.join('; '))
  if (hasBody && !hasLength) headers.push('transfer-encoding', 'chunked')
  return headers
}

/** The client has left before its request was looked at. */
const gone = { remoteAddress: undefined }

class Request implements Asking {
  readonly httpVersion = '2.0'
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: string[]
  rawTrailers: string[] = []
  readonly socket: Asking['socket']
  #stream: ServerHttp2Stream

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, raw: readonly string[]) {
    this.#stream = stream
    this.headers = headers
    this.method = headers[':method']
    this.url = headers[':path']
    this.rawHeaders = headersOfOne(raw, !stream.endAfterHeaders)
    this.socket = stream.session?.socket ?? gone
    stream.once('trailers', (_headers, _flags, trailers: string[] = []) => {
      this.rawTrailers = trailers
    })
  }

  get complete(): boolean {
    return this.#stream.endAfterHeaders || this.#stream.readableEnded
  }

  get resetCode(): number | undefined {
    return this.#stream.rstCode
  }

  iterator(options: { destroyOnReturn: boolean }): AsyncIterable<unknown> {
    return this.#stream.iterator(options)
  }

  resume(): void {
    this.#stream.resume()
  }

  destroy(): void {
    this.#stream.close(constants.NGHTTP2_NO_ERROR)
  }

  on(event: 'close', listener: () => void): void {
    this.#stream.on(event, listener)
  }

  once(event: 'close', listener: () => void): void {
    this.#stream.once(event, listener)
  }
}

/** Headers that HTTP/2 does not have. */
const ofOne = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'te',
  'http2-settings',
])
/** Headers that may have several values in an answer; of any other that has, the first one counts. */
const isList = (name: string) => !single.test(name)
const single =
  /^(?:age|content-(?:disposition|encoding|language|length|location|md5|range|type)|date|etag|expires|host|last-modified|location|max-forwards|retry-after|server|access-control-allow-(?:credentials|origin)|access-control-max-age|cross-origin-\w+-policy|x-content-type-options)$/

class Response implements Answering {
  sendDate = true
  shouldKeepAlive = true
  statusCode = 200
  #stream: ServerHttp2Stream
  #trailers: Record<string, string | string[]> = {}

  constructor(stream: ServerHttp2Stream) {
    this.#stream = stream
  }

  get headersSent(): boolean {
    return this.#stream.headersSent
  }

  get destroyed(): boolean {
    return this.#stream.destroyed || this.#stream.closed
  }

  writeHead(status: number, _text: string | undefined, headers: string[], isWhole = false): void {
    if (this.destroyed) return
    this.statusCode = status
    const stream = this.#stream
    stream.once('wantTrailers', () => sendTrailers(stream, this.#trailers))
    const options = { waitForTrailers: !isWhole, endStream: isWhole, sendDate: this.sendDate }
    try {
      stream.respond({ ...byName(headers), ':status': status }, options)
    } catch {
      // A header that HTTP/2 cannot say: there is no answer then, and the client is told that much.
      this.destroy()
    }
  }

  writeContinue(): void {
    if (!this.destroyed) this.#stream.additionalHeaders({ ':status': 100 })
  }

  writeEarlyHints(hints: Record<string, string | string[]>): void {
    if (!this.destroyed) this.#stream.additionalHeaders({ ...hints, ':status': 103 })
  }

  write(chunk: Uint8Array | string, encoding: 'latin1' | 'utf8' = 'utf8'): boolean {
    // The head has been sent as it was written. An answer to HEAD, and one without a body, has ended with it.
    return chunk.length === 0 || this.#stream.writableEnded || this.destroyed || this.#stream.write(chunk, encoding)
  }

  addTrailers(trailers: readonly [string, string][]): void {
    this.#trailers = byName(trailers.flat())
  }

  end(body?: Uint8Array | string, encoding: 'latin1' | 'utf8' = 'utf8'): void {
    if (this.#stream.writableEnded || this.destroyed) return
    if (body === undefined) this.#stream.end()
    else this.#stream.end(body, encoding)
  }

  destroy(): void {
    this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR)
  }

  reset(code: number): void {
    this.#stream.close(code)
  }

  on(event: 'close' | 'drain', listener: () => void): void {
    this.#stream.on(event, listener)
  }

  once(event: 'close' | 'drain', listener: () => void): void {
    this.#stream.once(event, listener)
  }

  off(event: 'close' | 'drain', listener: () => void): void {
    this.#stream.off(event, listener)
  }
}

/** Trailers that HTTP/2 cannot say break the stream off. */
export function sendTrailers(stream: Http2Stream, trailers: Record<string, string | string[]>): void {
  try {
    stream.sendTrailers(trailers)
  } catch {
    // Not at once: Node asks for the trailers while it is sending.
    setImmediate(() => stream.close(constants.NGHTTP2_INTERNAL_ERROR))
  }
}

/** Headers of HTTP/1.1, names and values in turn, as HTTP/2 can say them: in lower case; several values of one name are a list. */
export function byName(flat: readonly string[]): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = Object.create(null)
  for (let at = 0; at < flat.length; at += 2) {
    const name = (flat[at] ?? '').toLowerCase()
    const value = flat[at + 1] ?? ''
    if (ofOne.has(name)) continue
    const before = headers[name]
    if (before === undefined) headers[name] = value
    else if (isList(name)) headers[name] = [before, value].flat()
  }
  return headers
}

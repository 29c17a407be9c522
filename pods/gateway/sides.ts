// What the gateway uses of a client's request and of the answer to it, whichever version of HTTP the client speaks. Node's own of HTTP/1.1
// are such; http2.ts makes those of HTTP/2.
import type { IncomingHttpHeaders } from 'node:http'

/** What a client asks for. `rawHeaders` are those of HTTP/1.1: with `Host`, and with an encoding where the length is not known. */
export interface Asking {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly httpVersion: string
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: string[]
  readonly rawTrailers: string[]
  readonly socket: {
    readonly remoteAddress?: string | undefined
    once?(event: 'close', listener: () => void): unknown
    off?(event: 'close', listener: () => void): unknown
  }
  /** Whether all of it has come. */
  readonly complete: boolean
  /** With what code a client of HTTP/2 has taken it back. */
  readonly resetCode?: number | undefined
  iterator(options: { destroyOnReturn: boolean }): AsyncIterable<unknown>
  resume(): unknown
  destroy(error?: Error): unknown
  on(event: 'close', listener: () => void): unknown
  once(event: 'close', listener: () => void): unknown
}

/** The answer to it. */
export interface Answering {
  readonly headersSent: boolean
  readonly destroyed: boolean
  readonly statusCode: number
  /** null while an answer before it is on its way over the same connection. */
  readonly socket?: unknown
  sendDate: boolean
  shouldKeepAlive: boolean
  /**
   * @param headers names and values in turn
   * @param isWhole whether nothing follows, which HTTP/2 can say at once
   */
  writeHead(status: number, text: string | undefined, headers: string[], isWhole?: boolean): unknown
  writeContinue(): void
  writeEarlyHints(hints: Record<string, string | string[]>): void
  /** @returns whether more may be written before `drain` */
  write(chunk: Uint8Array | string, encoding?: 'latin1' | 'utf8'): boolean
  addTrailers(trailers: readonly [string, string][]): void
  end(body?: Uint8Array | string, encoding?: 'latin1' | 'utf8'): unknown
  /** Breaks it off, so that the client knows that it is not whole. */
  destroy(): unknown
  /** The same with a code of HTTP/2, where the client speaks that. */
  reset?: (code: number) => void
  on(event: 'close' | 'drain', listener: () => void): unknown
  once(event: 'close' | 'drain', listener: () => void): unknown
  off(event: 'close' | 'drain', listener: () => void): unknown
}

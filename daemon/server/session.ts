// A connection that speaks lines of JSON-RPC: bytes in, answers out, within the limits that the settings name.
import type net from 'node:net'
import { P8aError, toWireError } from '../../protocol/errors.ts'
import { LineSplitter } from '../../protocol/lines.ts'
import type { Context } from '../context.ts'
import { Dialogs } from './dialogs.ts'
import type { Client, Rpc } from './rpc.ts'
import { isToken } from './token.ts'

/** How many wrong tokens a connection may try. */
const maxWrongTokens = 3

export type SessionOptions = { context: Context; rpc: Rpc; token: string; isTrusted: boolean }

/** Serves a connection until it ends. `first` is what was read of it already. */
export function serveLines(socket: net.Socket, first: Buffer, options: SessionOptions): void {
  new Session(socket, options).begin(first)
}

class Session {
  #socket: net.Socket
  #context: Context
  #rpc: Rpc
  #client: Client
  #lines: LineSplitter
  #dialogs: Dialogs
  #gone = new AbortController()
  #pending = 0
  #wrongTokens = 0
  #authTimer: NodeJS.Timeout | undefined
  #drained: Promise<void> | undefined

  constructor(socket: net.Socket, { context, rpc, token, isTrusted }: SessionOptions) {
    const { settings } = context
    this.#socket = socket
    this.#context = context
    this.#rpc = rpc
    this.#lines = new LineSplitter({ maxBytes: isTrusted ? settings.maxLineBytes : settings.maxUnauthorizedLineBytes })
    this.#dialogs = new Dialogs(settings, message => this.#send(message))
    this.#client = {
      isAuthorized: isTrusted,
      authorize: given => this.#authorize(isToken(given, token)),
      signal: this.#gone.signal,
      sendEntries: request => entries =>
        this.#send({ jsonrpc: '2.0', method: 'pod.log', params: { request, entries } }),
      dialogs: this.#dialogs,
    }
    if (!isTrusted) this.#authTimer = setTimeout(() => socket.destroy(), settings.authTimeout)
  }

  begin(first: Buffer): void {
    const socket = this.#socket
    socket.on('data', (chunk: Buffer) => this.#onData(chunk))
    socket.on('end', () => this.#endWhenAnswered())
    // The close that follows every error does what is to be done.
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(this.#authTimer)
      this.#gone.abort()
      this.#dialogs.end('The client of the command is gone')
    })
    this.#onData(first)
    socket.resume()
  }

  #authorize(isRight: boolean): boolean {
    if (isRight) {
      this.#client.isAuthorized = true
      this.#lines.maxBytes = this.#context.settings.maxLineBytes
      clearTimeout(this.#authTimer)
    } else if (++this.#wrongTokens >= maxWrongTokens) this.#socket.end()
    return isRight
  }

  #onData(chunk: Buffer): void {
    try {
      for (const line of this.#lines.push(chunk)) if (line.trim() !== '') this.#onLine(line)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      this.#refuseLongLine()
    }
  }

  #refuseLongLine(): void {
    const { maxBytes } = this.#lines
    const hint = this.#client.isAuthorized
      ? 'Raise maxLineBytes in host.json if this is meant'
      : 'Authorize with host.auth first; until then lines must be short'
    const error = new P8aError('too_large', `The line is longer than ${maxBytes} bytes`, {
      hint,
      facts: { limit: maxBytes },
    })
    this.#send({ jsonrpc: '2.0', id: null, error: toWireError(error) })
    this.#socket.end()
    this.#socket.removeAllListeners('data')
    this.#socket.resume()
  }

  #onLine(line: string): void {
    let message: unknown
    try {
      message = JSON.parse(line)
    } catch {
      this.#send(this.#rpc.answerGarbage(this.#client))
      return
    }
    void this.#answer(message)
  }

  async #answer(message: unknown): Promise<void> {
    this.#pending++
    if (this.#pending >= this.#context.settings.maxPendingRequests) this.#socket.pause()
    const answer = await this.#rpc.answer(message, this.#client)
    this.#pending--
    this.#socket.resume()
    if (answer) void this.#send(answer)
    if (this.#pending === 0 && this.#socket.readableEnded) this.#socket.end()
  }

  /** A client that closes its half still gets its answers: `echo … | nc -N` works. */
  #endWhenAnswered(): void {
    this.#dialogs.endInput()
    if (this.#pending === 0) this.#socket.end()
  }

  async #send(message: unknown): Promise<void> {
    const socket = this.#socket
    if (socket.destroyed) return
    const hasRoom = socket.write(`${toLine(message)}\n`)
    const { maxUnreadBytes, maxUnauthorizedLineBytes } = this.#context.settings
    if (socket.writableLength > (this.#client.isAuthorized ? maxUnreadBytes : maxUnauthorizedLineBytes)) {
      this.#context.log.warn('client', 'a client that does not read its answers was cut off')
      socket.destroy()
    } else if (!hasRoom) {
      // All who wait wait for the same.
      this.#drained ??= drained(socket).finally(() => {
        this.#drained = undefined
      })
      await this.#drained
    }
  }
}

/** An answer as text; one that is too long for a text is an error instead. */
function toLine(message: unknown): string {
  try {
    return JSON.stringify(message)
  } catch (cause) {
    const error = new P8aError('too_large', 'The answer is too large to be sent', {
      hint: 'Ask for less at once',
      cause,
    })
    return JSON.stringify({ jsonrpc: '2.0', id: (message as { id?: unknown }).id ?? null, error: toWireError(error) })
  }
}

async function drained(socket: net.Socket): Promise<void> {
  await new Promise<void>(resolve => {
    const done = () => {
      socket.off('drain', done).off('close', done)
      resolve()
    }
    socket.on('drain', done).on('close', done)
  })
}

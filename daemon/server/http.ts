// JSON-RPC over HTTP: `POST /rpc`. Loaded when the first HTTP connection comes.
import http from 'node:http'
import type net from 'node:net'
import { type ErrorCode, errorTable, P8aError, toWireError } from '../../protocol/errors.ts'
import type { Context } from '../context.ts'
import type { Client, Rpc } from './rpc.ts'
import { isToken } from './token.ts'

type HttpOptions = { context: Context; rpc: Rpc; token: string }

/** Makes a server that listens on nothing: connections are given to it. */
export function makeHttpServer(options: HttpOptions): { serve(socket: net.Socket, isTrusted: boolean): void } {
  const trusted = new WeakSet<net.Socket>()
  const { settings } = options.context
  const limits = {
    headersTimeout: settings.authTimeout,
    connectionsCheckingInterval: Math.ceil(settings.authTimeout / 2),
    maxHeaderSize: 16 * 1024,
  }
  const server = http.createServer(limits, (request, response) => {
    void answer(request, response, { ...options, isTrusted: trusted.has(request.socket) })
  })
  // Node looks after its time limits from here on; of itself it only does so once it listens.
  server.emit('listening')
  return {
    serve: (socket, isTrusted) => {
      if (isTrusted) trusted.add(socket)
      server.emit('connection', socket)
      // It was paused while this module was loaded.
      socket.resume()
    },
  }
}

async function answer(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  { context, rpc, token, isTrusted }: HttpOptions & { isTrusted: boolean },
): Promise<void> {
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  const client: Client = {
    isAuthorized: isTrusted || isToken(bearerOf(request), token),
    authorize: given => {
      const isRight = isToken(given, token)
      client.isAuthorized ||= isRight
      return isRight
    },
    signal: gone.signal,
    sendEntries: undefined,
  }
  try {
    const body = await readBody(request, { context, isAuthorized: client.isAuthorized })
    const reply = body === undefined ? rpc.answerGarbage(client) : await rpc.answer(body, client)
    send(response, reply ? statusOf(reply) : 204, reply ?? undefined)
  } catch (error) {
    // The client went away in the middle of its body.
    if (!(error instanceof P8aError) && (gone.signal.aborted || request.errored)) return
    if (!(error instanceof P8aError)) throw error
    if (error.code === 'too_large') response.setHeader('connection', 'close')
    send(response, errorTable[error.code].http, { jsonrpc: '2.0', id: null, error: toWireError(error) })
  }
}

function bearerOf(request: http.IncomingMessage): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
}

/** The parsed body, or undefined where it is no JSON. */
async function readBody(
  request: http.IncomingMessage,
  { context, isAuthorized }: { context: Context; isAuthorized: boolean },
): Promise<unknown> {
  const path = request.url?.split('?', 1)[0]
  if (path !== '/rpc')
    throw new P8aError('method_not_found', `There is nothing at ${path}`, { hint: 'JSON-RPC is at POST /rpc' })
  if (request.method !== 'POST')
    throw new P8aError('bad_request', `Cannot ${request.method} /rpc`, { hint: 'Use POST' })
  const limit = isAuthorized ? context.settings.maxLineBytes : context.settings.maxUnauthorizedLineBytes
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length
    if (bytes > limit) throw new P8aError('too_large', `The body is longer than ${limit} bytes`, { facts: { limit } })
    chunks.push(chunk as Buffer)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    return undefined
  }
}

/** An error's own status; a batch is always 200. */
function statusOf(reply: unknown): number {
  const code = (reply as { error?: { data?: { code?: ErrorCode } } }).error?.data?.code
  return code === undefined ? 200 : errorTable[code].http
}

function send(response: http.ServerResponse, status: number, body: unknown): void {
  response.statusCode = status
  if (body === undefined) return void response.end()
  response.setHeader('content-type', 'application/json')
  response.end(`${JSON.stringify(body)}\n`)
}

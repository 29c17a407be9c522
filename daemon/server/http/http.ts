// JSON-RPC over HTTP: `POST /rpc`, and the ways to the rest. Loaded when the first HTTP connection comes.
import http from 'node:http'
import type net from 'node:net'
import { type ErrorCode, errorTable, P8aError } from '../../../protocol/errors.ts'
import { atMost24Days } from '../../../protocol/long-timeout.ts'
import type { Seams } from '../../system/seams.ts'
import { Turns } from '../../system/turns.ts'
import type { Authority } from '../access/authority.ts'
import { noToken, unauthorized } from '../access/unauthorized.ts'
import type { Answers } from '../answers.ts'
import type { Visitor } from '../doorstep.ts'
import { drained } from '../drained.ts'
import { Guest } from '../guest.ts'
import { toLine } from '../lines/line-writer.ts'
import { errorReply } from '../lines/reply.ts'
import type { Rpc } from '../lines/rpc.ts'
import type { Backlog, Unread } from '../unread.ts'
import { refuseGarbage } from './garbage.ts'
import type { GitRoom } from './git.ts'
import { isForGit } from './git-path.ts'
import { answerHealth, isForHealth } from './health.ts'
import { isWebSocket, openLines } from './lines-door.ts'
import { methodsOf, WrongMethod } from './methods.ts'
import { type Metrics, sendMetrics } from './metrics-door.ts'
import { isForPage, sendPageFile } from './page-files.ts'
import { Pipeline } from './pipeline.ts'
import { acceptsBodies, admit, pathOf, readBody, refuseEncoded } from './request.ts'

/** The paths of scripts and their runs, of work, and of events; everything else is JSON-RPC. */
const viewPaths = /^\/(commands|processes|queues)(\/|$)|^\/(openapi\.json|events)$/

type HttpOptions = {
  seams: Pick<Seams, 'paths' | 'settings' | 'log'>
  rpc: Rpc
  authority: Authority
  answers: Answers
  unread: Unread
  isReady: () => boolean
  metrics: Metrics
  gitRoom: GitRoom
}

/** @param visitor a connection that has to authorize itself; undefined for the Unix socket */
export type HttpDoor = { serve(socket: net.Socket, visitor: Visitor | undefined): void }

/** Makes a server that listens on nothing: connections are given to it. */
export function makeHttpServer(options: HttpOptions): HttpDoor {
  const visitors = new WeakMap<net.Socket, Visitor>()
  const { settings } = options.seams
  const turns = new Turns()
  const authMs = atMost24Days(settings.authTimeout)
  const limits = {
    headersTimeout: authMs,
    connectionsCheckingInterval: Math.ceil(authMs / 2),
    maxHeaderSize: 16 * 1024,
    keepAlive: true,
    // Before Node 24, every request that names another protocol comes to `upgrade`.
    shouldUpgradeCallback: isWebSocket,
  }
  const pipeline = new Pipeline(settings)
  const server = http.createServer(limits, (request, response) => {
    const begin = () => void answer(request, response, { ...options, turns, visitor: visitors.get(request.socket) })
    pipeline.add(request, { response, begin })
  })
  server.on('upgrade', (request: http.IncomingMessage, socket: net.Socket, head: Buffer) => {
    void openLines(request, { socket, head }, { ...options, visitor: visitors.get(socket) })
  })
  const answered = new WeakMap<net.Socket, http.ServerResponse>()
  server.on('request', (request, response) => answered.set(request.socket, response))
  server.on('clientError', (error: NodeJS.ErrnoException, socket: net.Socket) => {
    refuseGarbage(error, socket, answered.get(socket))
  })
  // For example a client that never reads its answer.
  server.timeout = atMost24Days(settings.idleTimeout)
  server.on('timeout', closeUnlessHeard)
  // Node checks its time limits from here on; by itself it only does so once the server listens.
  server.emit('listening')
  return {
    serve: (socket, visitor) => {
      if (visitor) visitors.set(socket, visitor)
      server.emit('connection', socket)
      // The socket was paused while this module was loaded.
      socket.resume()
    },
  }
}

/** A host that was frozen has not read what came meanwhile: a timer goes off before that, and a turn later it is read. */
function closeUnlessHeard(socket: net.Socket): void {
  const { bytesRead } = socket
  setImmediate(() => {
    if (socket.bytesRead === bytesRead) socket.destroy()
  })
}

async function answer(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  {
    seams,
    rpc,
    authority,
    answers,
    unread,
    isReady,
    metrics,
    gitRoom,
    turns,
    visitor,
  }: HttpOptions & { turns: Turns; visitor: Visitor | undefined },
): Promise<void> {
  const { socket } = request
  const client = new Guest({
    authority,
    visitor,
    onEnded: () => socket.destroy(),
    taken: async () => await drained(socket),
  })
  const forget = answers.add({
    // Once an answer has begun, it may be a stream, which has no end of its own.
    get isAnswering() {
      return !response.headersSent || response.writableEnded
    },
  })
  const backlog = backlogOf(response, seams)
  // Its answer is made: whole, and not taken by the client yet.
  response.on('prefinish', () => unread.add(backlog))
  response.on('close', () => {
    unread.remove(backlog)
    client.leave()
    forget()
  })
  response.setHeader('x-content-type-options', 'nosniff')
  const path = pathOf(request)
  if (isForHealth(path)) return answerHealth(request, response, { path, isReady })
  if (viewPaths.test(path)) {
    const { answerView } = await import('./view.ts')
    return await answerView(request, response, { seams, rpc, client })
  }
  if (isForGit(path)) {
    const { answerGit } = await import('./git.ts')
    return await answerGit(request, response, { seams, authority, client, turns, gitRoom })
  }
  const { isSent, status, body, allowed } = await outcome(request, response, { seams, rpc, client, metrics })
  if (isSent) return
  if (allowed) response.setHeader('allow', allowed.join(', '))
  if (status === errorTable.bad_content_type.http) acceptsBodies(response)
  await client.atone(seams.settings.wrongTokenDelay)
  // An unknown client has had its one request, and a client that sends too much would continue.
  if (!client.identity || status === 413) response.setHeader('connection', 'close')
  send(response, status, body)
}

function backlogOf(response: http.ServerResponse, { log }: Pick<Seams, 'log'>): Backlog {
  return {
    get unreadBytes() {
      return response.writableLength
    },
    cutOff: () => {
      log.warn('client', 'a client that does not read its answers was cut off')
      response.destroy()
    },
  }
}

/** `allowed`: the methods of the path, where they are to be told. */
type Outcome = { status: number; body?: unknown; allowed?: readonly string[]; isSent?: true }

async function outcome(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  { seams, rpc, client, metrics }: Pick<HttpOptions, 'seams' | 'rpc' | 'metrics'> & { client: Guest },
): Promise<Outcome> {
  try {
    if (isForPage(pathOf(request), request)) {
      const send = async () => await sendPageFile(pathOf(request), { request, response, settings: seams.settings })
      await rpc.inTurn(client, send)
      return { status: 200, isSent: true }
    }
    admit(request, { client, settings: seams.settings })
    if (pathOf(request) === '/metrics') {
      const send = async () => await sendMetrics(request, response, { client, settings: seams.settings, metrics })
      await rpc.inTurn(client, send)
      return { status: 200, isSent: true }
    }
    // A body may bring a token, but only for JSON-RPC.
    if (!client.identity && (pathOf(request) !== '/rpc' || request.method !== 'POST')) throw unauthorized(noToken)
    if (pathOf(request) !== '/rpc')
      throw new P8aError('method_not_found', `There is nothing at ${pathOf(request)}`, {
        hint: 'JSON-RPC is at POST /rpc; GET /openapi.json describes everything else',
      })
    const { method = '' } = request
    if (method === 'OPTIONS') return { status: 204, body: undefined, allowed: methodsOf('/rpc') }
    if (method !== 'POST') throw new WrongMethod(method, { path: '/rpc', allowed: methodsOf('/rpc') })
    refuseEncoded(request)
    const message = await readBody(request, { seams, role: client.identity?.role })
    const reply = message === undefined ? rpc.answerGarbage(client) : await rpc.answer(message, client)
    return { status: reply ? statusOf(reply) : 204, body: reply ?? undefined }
  } catch (error) {
    // The client went away in the middle of its body.
    if (!(error instanceof P8aError) && (client.signal.aborted || request.errored))
      return { status: 400, body: undefined }
    if (!(error instanceof P8aError)) throw error
    const body = errorReply(null, error)
    if (error instanceof WrongMethod) return { status: 405, body, allowed: error.allowed }
    return { status: errorTable[error.code].http, body }
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
  const text = `${toLine(body)}\n`
  // Node does not say it for HEAD.
  response.setHeader('content-length', Buffer.byteLength(text))
  response.end(text)
}

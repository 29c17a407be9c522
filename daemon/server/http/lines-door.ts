// The way from HTTP to a connection of lines: `GET /ws`, by WebSocket.
import type http from 'node:http'
import type net from 'node:net'
import { P8aError } from '../../../protocol/errors.ts'
import type { SessionOptions } from '../lines/session.ts'
import { serveLines } from '../lines/session.ts'
import { refuse } from '../refuse.ts'
import { pathOf } from './request.ts'
import { refuseOtherName, refuseStranger } from './stranger.ts'

export const linesPath = '/ws'

/** Whether a request asks for WebSocket: others are answered as if they named no other protocol. */
export function isWebSocket({ headers }: http.IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket'
}

/** Serves a connection of lines over WebSocket, or says why not. Its client has to authorize itself as over TCP. */
export async function openLines(
  request: http.IncomingMessage,
  { socket, head }: { socket: net.Socket; head: Buffer },
  options: SessionOptions,
): Promise<void> {
  // Until the door is loaded, nobody else takes an error.
  socket.on('error', () => {})
  try {
    if (pathOf(request) !== linesPath || !isWebSocket(request))
      throw new P8aError('method_not_found', `There is no WebSocket at ${pathOf(request)}`, {
        hint: `Lines of JSON-RPC are at ${linesPath}`,
      })
    refuseStranger(request, options.seams.settings)
    refuseOtherName(request, options.seams.settings)
  } catch (error) {
    if (!(error instanceof P8aError)) throw error
    return refuse(socket, error, { isHttp: true })
  }
  const { acceptWebSocket } = await import('./web-socket.ts')
  acceptWebSocket(request, { socket, head }, lines => serveLines(lines, Buffer.alloc(0), options))
}

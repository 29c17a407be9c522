// What is no request, or the rest of none: its client is told so, and reads that though it still sends.
import type { Server } from 'node:http'
import type { Http2SecureServer } from 'node:http2'
import type { Duplex } from 'node:stream'
import { Refusal } from './refusal.ts'

/** @param refuse answers on a connection that brings nothing more */
export function refuseGarbage(
  server: Server | Http2SecureServer,
  refuse: (socket: Duplex, refusal: Refusal) => void,
): void {
  server.on('clientError', (error: Error & { code?: string }, socket: Duplex) => {
    const refusal = refusalOfGarbage(error)
    if (!refusal || !socket.writable) return void socket.destroy()
    // Nothing that follows is read as a request.
    socket.removeAllListeners('data').on('data', () => {})
    refuse(socket, refusal)
  })
}

/** Undefined where the client is gone, or has never spoken HTTP. */
function refusalOfGarbage({ code = '', message }: Error & { code?: string }): Refusal | undefined {
  const reason = message.replace(/^Parse Error: /, '')
  if (code === 'HPE_HEADER_OVERFLOW') return new Refusal(431, 'headers_too_large', 'The request has too many headers')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new Refusal(408, 'client_silent', 'The headers of the request took too long')
  if (code.startsWith('HPE_')) return new Refusal(400, 'bad_request', `The request is refused: ${reason}`)
  return undefined
}

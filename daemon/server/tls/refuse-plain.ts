// The answer to a client without TLS at a port that speaks only TLS: in the client's own protocol, and nothing else.
import type net from 'node:net'
import { errorTable, P8aError } from '../../../protocol/errors.ts'
import { errorReply } from '../lines/reply.ts'

export function refusePlain(socket: net.Socket, { isHttp }: { isHttp: boolean }): void {
  const error = new P8aError('unsupported', 'Cannot answer without TLS: this port speaks nothing else', {
    hint: 'Use tls:// or https:// before the address; a token that you sent went over the network in the clear: remove it, and add another',
  })
  const text = `${JSON.stringify(errorReply(null, error))}\n`
  socket.end(isHttp ? `${head(text)}${text}` : text)
  // What still comes is dropped, until the deadline for unknown clients.
  socket.resume()
}

function head(body: string): string {
  return [
    `HTTP/1.1 ${errorTable.bad_request.http} Bad Request`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '\r\n',
  ].join('\r\n')
}

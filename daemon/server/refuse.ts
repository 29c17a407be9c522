// The answer to a client that is not served at all: one error, in the client's own protocol. It loads no HTTP server.
import type net from 'node:net'
import { errorTable, type P8aError } from '../../protocol/errors.ts'
import { errorReply } from './lines/reply.ts'

type RefuseOptions = {
  isHttp: boolean
  /** The status of the answer over HTTP. Default: that of the error. */
  status?: number
}

/** Sends the error and ends our half; the caller sees to it that a client that does not go is closed. */
export function refuse(socket: net.Socket, error: P8aError, options: RefuseOptions): void {
  const { isHttp, status = errorTable[error.code].http } = options
  const text = `${JSON.stringify(errorReply(null, error))}\n`
  socket.end(isHttp ? `${head(text, status)}${text}` : text)
  // What still comes is dropped.
  socket.resume()
}

/** The words after the status are for people; nobody has to understand them. */
function head(body: string, status: number): string {
  return [
    `HTTP/1.1 ${status} ${status < 500 ? 'Bad Request' : 'Unavailable'}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '\r\n',
  ].join('\r\n')
}

// What is said to a client that does not speak HTTP, in the form that all errors have.
import http from 'node:http'
import type net from 'node:net'

const statuses: Record<string, number> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

/**
 * Answers and closes, unless an answer has begun already: then only closing is left.
 * @param error what Node's parser says
 * @param begun the last answer on the connection
 */
export function refuseGarbage(
  { code = '', message }: NodeJS.ErrnoException,
  socket: net.Socket,
  begun: http.ServerResponse | undefined,
): void {
  const isBusy = begun !== undefined && !begun.writableFinished
  if (!socket.writable || isBusy || code === 'ECONNRESET') return void socket.destroy()
  const status = statuses[code] ?? 400
  const told = { code: 'bad_request', message: `Cannot read the request: ${message.replace(/^Parse Error: /, '')}` }
  const body = `${JSON.stringify(told)}\n`
  const head = [
    `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}

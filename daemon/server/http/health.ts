// Whether the host lives, and whether it is ready: for load balancers and those who watch machines. No token is asked for, so
// nothing else is told.
import type http from 'node:http'
import { meantMethod } from './methods.ts'

export function isForHealth(path: string): boolean {
  return path === '/healthz' || path === '/readyz'
}

/** @param isReady asked for `/readyz` alone: whoever gets an answer to `/healthz` knows by that */
export function answerHealth(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  { path, isReady }: { path: string; isReady: () => boolean },
): void {
  response.setHeader('content-type', 'text/plain; charset=utf-8')
  response.setHeader('cache-control', 'no-store')
  // It has had its one request: a client that has no token keeps no connection.
  response.setHeader('connection', 'close')
  if (meantMethod(request.method) !== 'GET') {
    response.setHeader('allow', 'GET, HEAD')
    return void send(response, 405, 'Use GET or HEAD\n')
  }
  if (path === '/healthz' || isReady()) return void send(response, 200, 'ok\n')
  response.setHeader('retry-after', '1')
  send(response, 503, 'not ready\n')
}

function send(response: http.ServerResponse, status: number, text: string): void {
  response.statusCode = status
  response.setHeader('content-length', Buffer.byteLength(text))
  response.end(text)
}

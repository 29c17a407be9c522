// WebSockets, and whatever else a client and a pod agree to speak: once the pod has said 101, the two connections are one.
import { request as ask, type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Address } from '../port-address.ts'
import { answerHeaders, isStatus } from './answer-headers.ts'
import { lingerOn } from './lingering.ts'
import { type Refusal, refusalAnswer } from './refusal.ts'
import { hasBody, readHead } from './request-headers.ts'
import { Spliced } from './spliced.ts'

/** HTTP itself, and TLS below it: through such a connection a client could ask a pod for anything, unseen. */
const carriesHttp = /(?:^|,)\s*(?:h2c?|(?:http|tls)\/[\d.]+)\s*(?:,|$)/i

/**
 * Whether a request that says `Upgrade` may be joined with a pod. Any other one is answered as if it did not say so, which is up to a server
 * (RFC 9110 7.8): one that brings a body, which a pod would have to read first, and one of HTTP/1.0.
 */
export function mayUpgrade({ headers, rawHeaders, httpVersion }: IncomingMessage): boolean {
  return httpVersion === '1.1' && !carriesHttp.test(headers.upgrade ?? '') && !hasBody(readHead(rawHeaders))
}

/** `headers`: those for the pod, names and values in turn. `head`: what the client has sent already. */
export type Upgrading = {
  request: IncomingMessage
  socket: Duplex
  head: Buffer
  path: string
  headers: string[]
  timeoutMs: number
}

/**
 * Resolves once the pod has answered.
 * @returns the status that the client got, and what the two connections are if they are one now
 * @throws {Error} with the system's `code`, if the pod was not reached; `ANSWER_TIMEOUT` if it does not answer
 */
export async function upgrade(
  address: Address,
  { request, socket, head, path, headers, timeoutMs }: Upgrading,
): Promise<{ status: number; spliced?: Spliced }> {
  const protocol = request.headers.upgrade ?? ''
  const asked = ask({
    ...address,
    method: request.method,
    path,
    headers: [...headers, 'connection', 'upgrade', 'upgrade', protocol],
    agent: false,
    setHost: false,
    timeout: timeoutMs,
  })
  const left = () => asked.destroy()
  socket.once('close', left)
  asked.end()
  return await new Promise((resolve, reject) => {
    asked.on('error', reject)
    asked.once('timeout', () =>
      asked.destroy(Object.assign(new Error('The pod does not answer'), { code: 'ANSWER_TIMEOUT' })),
    )
    asked.once('upgrade', (answered, upstream, first) => {
      socket.off('close', left)
      const spoken = answered.headers.upgrade ?? protocol
      socket.write(headOf(answered, ['connection', 'upgrade', 'upgrade', spoken]), 'latin1')
      if (head.length > 0) upstream.write(head)
      const spliced = new Spliced(socket, upstream, { isWebSocket: spoken.toLowerCase() === 'websocket' })
      spliced.fromPod(first)
      resolve({ status: 101, spliced })
    })
    asked.once('response', answered => {
      if (!isStatus(answered.statusCode)) {
        asked.destroy(new Error(`The pod has answered with the status ${answered.statusCode}`))
        return
      }
      // It is an answer like any other, and the last one of this connection.
      resolve({ status: answered.statusCode ?? 502 })
      socket.write(headOf(answered, ['connection', 'close']), 'latin1')
      answered.pipe(socket, { end: false })
      answered.once('error', () => socket.destroy())
      answered.once('end', () => lingerOn(socket, lingerMs))
    })
  })
}

function headOf({ statusCode, statusMessage, rawHeaders }: IncomingMessage, more: readonly string[]): string {
  const headers = [...answerHeaders(rawHeaders), ...more]
  const lines = headers.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${headers[at + 1]}`] : []))
  return `HTTP/1.1 ${statusCode} ${statusMessage}\r\n${lines.join('\r\n')}\r\n\r\n`
}

/** Answers on a bare connection, in the gateway's own name. @param options `lingerMs`: how long the client has to read that (default: 5000) */
export function refuseBare(
  socket: Duplex,
  refusal: Refusal,
  { id, lingerMs: ms = lingerMs }: { id: string; lingerMs?: number },
): void {
  if (socket.destroyed) return
  const { headers, body } = refusalAnswer(refusal, { id })
  const all = headers.includes('connection') ? headers : [...headers, 'connection', 'close']
  const lines = all.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${all[at + 1]}`] : []))
  socket.write(`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`)
  lingerOn(socket, ms)
}

/** How long a client that was told no has to read that. */
const lingerMs = 5000

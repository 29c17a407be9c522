// Requests whose client waits for the pod's word before it sends the body (`Expect: 100-continue`), or sends trailers after it. They are
// rare, and connection.ts can do neither, so Node's own client takes them.
import { request as ask, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Address } from '../port-address.ts'
import { answerHeaders } from './answer-headers.ts'
import { bodyOf } from './body.ts'
import { drained } from './drained.ts'
import type { Exchange } from './exchange.ts'
import type { Onward, Outcome } from './forward.ts'
import { PodSocket } from './pod-socket.ts'
import type { Head } from './request-headers.ts'
import { answerTrailers, requestTrailers } from './trailers.ts'

/** Whether a request needs it. */
export function isExpecting({ expect, trailer, encoding }: Head, httpVersion: string): boolean {
  // A client of HTTP/1.0 knows of no word before the answer, nor of chunks, without which there is no place for trailers.
  if (httpVersion === '1.0') return false
  return expect !== undefined || (trailer !== undefined && encoding !== undefined)
}

export async function forwardExpecting(
  address: Address,
  exchange: Exchange,
  onward: Onward & { answerTimeoutMs: number },
): Promise<Outcome> {
  const { request, response, head } = exchange
  const { expect, trailer } = head
  const { method } = request
  const headers = [...onward.headers, ...(expect ? ['expect', expect] : [])]
  if (head.encoding) headers.push('transfer-encoding', 'chunked', ...(trailer ? ['trailer', trailer] : []))
  const { path, answerTimeoutMs } = onward
  const createConnection = () => new PodSocket(address)
  const asked = ask({ method, path, headers, createConnection, timeout: answerTimeoutMs, setHost: false })
  return await new Promise<Outcome>(resolve => {
    let isDelivered = false
    const fail = (error: Error) => {
      asked.destroy()
      exchange.breakOff()
      resolve({ isDone: false, error, isDelivered })
    }
    const send = async () => {
      for await (const chunk of bodyOf(exchange, onward)) {
        if (!asked.destroyed && !asked.write(chunk)) await drained(asked)
      }
      if (trailer && head.encoding) asked.addTrailers(requestTrailers(request.rawTrailers))
      asked.end()
    }
    asked.once('socket', socket => {
      writeTextsAsBytes(socket)
      socket.once('connect', () => {
        isDelivered = true
      })
    })
    asked.on('error', fail)
    asked.once('timeout', () => fail(Object.assign(new Error('no answer'), { code: 'ANSWER_TIMEOUT' })))
    exchange.onClosed = () => asked.destroy()
    asked.on('information', ({ statusCode, headers: { link } }) => {
      if (statusCode === 103 && link !== undefined) exchange.hint(link)
    })
    // One that switches protocols, though nobody has asked for that, closes without another word.
    const closed = () => fail(new Error('The pod has closed the connection'))
    asked.once('close', closed)
    asked.once('response', answered => {
      // From here on the answer itself tells whether it breaks off: one that is whole is not lost by what comes after it.
      asked
        .off('close', closed)
        .off('error', fail)
        .on('error', () => {})
        .setTimeout(0)
      try {
        exchange.begin(answered.statusCode ?? 502, answered.statusMessage, answerHeaders(answered.rawHeaders))
      } catch (error) {
        fail(error as Error)
        return
      }
      exchange.flush()
      // A client that was told no does not send the body, so its connection can bring no other request.
      if (!request.complete && expect) response.shouldKeepAlive = false
      bring(answered, exchange).then(() => {
        asked.destroy()
        resolve({ isDone: true })
      }, fail)
    })
    if (expect) {
      asked.once('continue', () => {
        if (exchange.isOpen) response.writeContinue()
        void send().catch(fail)
      })
      asked.flushHeaders()
    } else void send().catch(fail)
  })
}

/**
 * Node sends headers that wait for `100 Continue` at once, and in UTF-8, so that a value beyond ASCII would be another one. Whatever is
 * written as a text is a head or a trailer, and each of its characters stands for a byte.
 */
function writeTextsAsBytes(socket: Socket): void {
  const write = socket.write.bind(socket) as (data: string | Uint8Array, encoding?: unknown, done?: unknown) => boolean
  socket.write = ((data: string | Uint8Array, encoding?: unknown, done?: unknown) =>
    write(data, typeof data === 'string' ? 'latin1' : encoding, done)) as typeof socket.write
}

/** The body and the trailers of an answer, as the client takes them. */
async function bring(answered: IncomingMessage, exchange: Exchange): Promise<void> {
  const { response } = exchange
  for await (const part of answered as AsyncIterable<Buffer>) {
    exchange.bytes += part.length
    if (!response.write(part)) await drained(response)
  }
  if (answered.rawTrailers.length > 0) exchange.trail(answerTrailers(answered.rawTrailers))
  exchange.end()
}

// Sends what `fetch` has returned.
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import { type NodeResponse, sendNodeResponse } from 'srvx/node'
import { isUsed } from './classes.ts'
import { report } from './report.ts'

type Exchange = { incoming: IncomingMessage; outgoing: ServerResponse }

/** A response that is ready to be sent. */
type Prepared = ReturnType<NodeResponse['_toNodeResponse']>

/** Those that have been sent: their bodies are gone. */
const sent = new WeakSet<Response>()

/** @returns for a stream: what resolves when all was sent, or its client is gone. @throws what cannot be sent, before anything was */
export function send(given: unknown, { incoming, outgoing }: Exchange): Promise<void> | undefined {
  if (outgoing.destroyed) return given instanceof Response ? given.body?.cancel() : undefined
  if (!(given instanceof Response)) {
    report(incoming, 'fetch returned no Response', given)
    return refuse(outgoing)
  }
  if (sent.has(given) || isUsed(given))
    throw new TypeError('The Response was used before: make another for each request, or return response.clone()')
  sent.add(given)
  const { status, statusText, headers, body } = prepare(given)
  const reason = statusText || STATUS_CODES[status] || ''
  if (body !== undefined && body !== null && !(typeof body === 'string' || body instanceof Uint8Array))
    return sendStream({ status, statusText: reason, headers, body }, { incoming, outgoing })
  if (body === undefined || body === null) tellEmpty(status, headers, incoming)
  outgoing.writeHead(status, reason, headers)
  outgoing.end(body)
  return undefined
}

/** Answers 500; where the answer had begun, its client learns that it has no end. */
export function refuse(outgoing: ServerResponse): undefined {
  if (outgoing.headersSent) return void outgoing.destroy()
  const text = 'Internal Server Error'
  outgoing.writeHead(500, text, { 'content-type': 'text/plain; charset=UTF-8', 'content-length': text.length })
  outgoing.end(text)
}

function prepare(given: Response | NodeResponse): Prepared {
  if ('_toNodeResponse' in given) return given._toNodeResponse()
  const { status, statusText, body } = given
  return { status, statusText, headers: [...given.headers].flat(), body }
}

/** Else Node would send it as a stream of nothing. */
function tellEmpty(status: number, headers: string[], { method }: IncomingMessage): void {
  if (status !== 204 && status !== 304 && method !== 'HEAD' && !headers.includes('content-length'))
    headers.push('content-length', '0')
}

async function sendStream(prepared: Prepared, { incoming, outgoing }: Exchange): Promise<void> {
  const sending = sendNodeResponse(outgoing, { _toNodeResponse: () => prepared } as NodeResponse)
  // A stream may say nothing for long; its client learns at once that it was heard.
  if (!outgoing.writableEnded) outgoing.flushHeaders()
  await sending
  if (outgoing.errored) report(incoming, 'the body of a Response failed', outgoing.errored)
  // A stream may fail with nothing.
  if (!outgoing.writableEnded) outgoing.destroy()
}

// What the log says of a request that could not be answered.
import type { IncomingMessage } from 'node:http'
import { inspect } from 'node:util'
import { idOf } from './request-id.ts'

/** More of a path says nothing more. */
const mostOfPath = 200

/** @param what what happened, such as `fetch threw`; the query of the request may hold secrets, and is left out */
export function report(
  incoming: Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'>,
  what: string,
  error: unknown,
): void {
  const { method, url = '' } = incoming
  const [path = ''] = url.split('?', 1)
  const id = idOf(incoming)
  const which = `${method} ${path.slice(0, mostOfPath)}${id === undefined ? '' : ` (${id})`}`
  process.stderr.write(`p8a: ${what} at ${which}: ${inspect(error)}\n`)
}

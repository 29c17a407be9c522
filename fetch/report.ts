// What the log says of a request that could not be answered.
import type { IncomingMessage } from 'node:http'
import { inspect } from 'node:util'

/** More of a path says nothing more. */
const mostOfPath = 200

/** @param what what happened, such as `fetch threw`; the query of the request may hold secrets, and is left out */
export function report(
  { method, url = '' }: Pick<IncomingMessage, 'method' | 'url'>,
  what: string,
  error: unknown,
): void {
  const [path = ''] = url.split('?', 1)
  process.stderr.write(`p8a: ${what} at ${method} ${path.slice(0, mostOfPath)}: ${inspect(error)}\n`)
}

// The id that a request has by its header `X-Request-Id`, and which one is being answered: the log tells it. It knows nothing of lines.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage } from 'node:http'

type Asking = Pick<IncomingMessage, 'rawHeaders'>

const header = 'x-request-id'
const answering = new AsyncLocalStorage<string>()

/** The id of the request that is answered by what runs now; undefined if that is none, or one without an id. */
export function currentId(): string | undefined {
  return answering.getStore()
}

/** Answers a request, so that all that comes of it knows its id. One without an id costs nothing. */
export function answered(incoming: Asking, answer: () => void): void {
  const id = idOf(incoming)
  if (id === undefined) answer()
  else answering.run(id, answer)
}

/** Undefined also where it could be taken for more than an id in a line of the log, or where there are several. */
export function idOf({ rawHeaders }: Asking): string | undefined {
  let found: string | undefined
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ''
    if (name.length !== header.length || name.toLowerCase() !== header) continue
    if (found !== undefined) return undefined
    found = rawHeaders[at + 1] ?? ''
  }
  return found !== undefined && /^[\w.:+/=-]{1,128}$/.test(found) ? found : undefined
}

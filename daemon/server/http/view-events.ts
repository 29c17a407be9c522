// What happens on a host over HTTP, as server-sent events. The id of each is its number, which a client that comes back sends, as the
// standard says.
import { once } from 'node:events'
import type { HostEvent } from '../../../protocol/events.ts'
import type { ViewInput } from '../../../protocol/view.ts'
import type { Means } from './view-means.ts'

/** How long nothing may come before a comment is sent, so that nobody takes the stream for dead. */
const waitMs = 15_000
/** How many events are in memory at a time. */
const limit = 256

export async function streamEvents(
  { path, name, type, after }: ViewInput<'followEvents'>['query'],
  { ask, request, response, signal }: Means,
): Promise<void> {
  const about = { ...(path !== undefined && { path }), ...(name !== undefined && { name }) }
  const asked = { ...about, ...(type !== undefined && { types: type }) }
  const last = Number(request.headers['last-event-id'] ?? Number.NaN)
  const known = Number.isSafeInteger(last) && last >= 0 ? last : after
  // Refused before the answer begins, where the client may not.
  const { at } = await ask('events.list', { ...asked, limit: 1 })
  response.statusCode = 200
  response.setHeader('content-type', 'text/event-stream')
  response.setHeader('cache-control', 'no-store')
  response.flushHeaders()
  if (request.method === 'HEAD') return void response.end()
  const { socket } = request
  const patienceMs = socket.timeout ?? 0
  for (let from = known ?? at; !signal.aborted; ) {
    // Nothing may happen for long; that does not mean that the client is gone.
    socket.setTimeout(0)
    const page = await ask('events.list', { ...asked, after: from, limit, waitMs })
    from = page.at
    const text = page.events.length === 0 ? ': nothing yet\n\n' : page.events.map(eventText).join('')
    socket.setTimeout(patienceMs)
    // This waits for a slow reader, so that nothing piles up.
    if (!response.write(text)) await once(response, 'drain', { signal }).catch(() => {})
  }
}

function eventText(event: HostEvent): string {
  return `event: ${event.type}\nid: ${event.number}\ndata: ${JSON.stringify(event)}\n\n`
}

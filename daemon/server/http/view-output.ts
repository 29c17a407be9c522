// The output of a run over HTTP, as it grows: its bytes in chunks, or as server-sent events if the client accepts
// those.
import { once } from 'node:events'
import type { RunOutput } from '../../../protocol/words.ts'
import type { Means } from './view-means.ts'

/**
 * How long a look at the output waits for more. After that an event stream sends a comment, so that nobody takes it for
 * dead.
 */
const waitMs = 15_000
/** How much of it is in memory at a time. */
const partBytes = 256 * 1024

/**
 * Sends what run `id` writes from `offset` on: everything that exists, and, if it is followed, everything until its
 * end.
 */
export async function streamOutput(
  id: string,
  { offset, isFollowing }: { offset: number; isFollowing: boolean },
  { ask, request, response, signal }: Means,
): Promise<void> {
  const isEvents = request.headers.accept?.includes('text/event-stream') ?? false
  const last = isEvents ? Number(request.headers['last-event-id'] ?? Number.NaN) : Number.NaN
  let from = Number.isSafeInteger(last) && last >= 0 ? last : offset
  response.statusCode = 200
  response.setHeader('content-type', isEvents ? 'text/event-stream' : 'application/octet-stream')
  response.setHeader('cache-control', 'no-store')
  response.flushHeaders()
  if (request.method === 'HEAD') return void response.end()
  const { socket } = request
  const patienceMs = socket.timeout ?? 0
  while (!signal.aborted) {
    // A script may be silent for long; that does not mean that the client is gone.
    socket.setTimeout(0)
    const wait = isFollowing ? waitMs : 0
    const encoding = isEvents ? 'base64' : 'latin1'
    const part = await ask('pod.output', { name: id, offset: from, limit: partBytes, encoding, waitMs: wait })
    from = part.next
    const isOver = part.done || (!isFollowing && part.data === '')
    const chunk = isEvents ? eventsOf(part, isOver) : Buffer.from(part.data, 'latin1')
    socket.setTimeout(patienceMs)
    // This waits for a slow reader, so that nothing piles up.
    if (chunk.length > 0 && !response.write(chunk)) await once(response, 'drain', { signal }).catch(() => {})
    if (isOver) break
  }
  socket.setTimeout(patienceMs)
  response.end()
}

/** `id` is the offset at which to continue: a client that comes back sends it, as the standard says. */
function eventsOf({ data, offset, next, end }: RunOutput, isOver: boolean): string {
  const output = data === '' ? ': nothing yet\n\n' : event('output', next, { offset, next, encoding: 'base64', data })
  return isOver ? `${output}${event('end', next, end ?? {})}` : output
}

function event(name: string, id: number, data: unknown): string {
  return `event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`
}

// An HTTP server without a server of its own: the host calls `fetch` for each request, with the Request and Response of the standard, as
// Deno, Bun and Workers do.
//   pod push local greet etc/examples/fetch.ts
//   pod start local greet --listen 8080
//   curl http://127.0.0.1:8080/Ann
import type { Fetch } from 'p8a'

export const config = { listen: '127.0.0.1:auto' }

export const fetch: Fetch = async (request, { p8a, waitUntil }) => {
  const { pathname } = new URL(request.url)

  // A body is streamed, both ways.
  if (request.method === 'POST') return new Response(request.body)

  // The signal is aborted when the client goes.
  if (pathname === '/ticks')
    return new Response(ticks(request.signal), { headers: { 'content-type': 'text/event-stream' } })

  // A stop waits for what is given to waitUntil; the client does not.
  const name = decodeURIComponent(pathname.slice(1)) || 'you'
  waitUntil(note(name))
  return Response.json({ hello: name, from: p8a.run })
}

async function note(name: string): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, 100))
  console.log(`Greeted ${name}`)
}

function ticks(signal: AbortSignal): ReadableStream {
  let count = 0
  return new ReadableStream({
    start(controller) {
      const timer = setInterval(() => controller.enqueue(new TextEncoder().encode(`data: ${++count}\n\n`)), 100)
      signal.addEventListener('abort', () => {
        clearInterval(timer)
        console.log('A client left')
      })
    },
  })
}

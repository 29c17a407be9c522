// Answers one request with a file of a folder, and with nothing that lies outside of it, wherever links lead.
import { realpath } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join, sep } from 'node:path'
import send from 'send'

export type Exchange = { request: IncomingMessage; response: ServerResponse }

/** `root`: absolute, without links. `isSpa`: a page that is not there is the index, whose program knows it. */
export type Site = { root: string; isSpa: boolean }

export async function respond(exchange: Exchange, site: Site): Promise<void> {
  const { request, response } = exchange
  response.setHeader('X-Content-Type-Options', 'nosniff')
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD')
    end(response, 405)
    return
  }
  const path = pathOf(request.url ?? '/')
  if (path === undefined) end(response, 400)
  else if (!(await isInside(site.root, path))) await notFound(exchange, site)
  else sendFile(exchange, { path, root: site.root, onMissing: () => void notFound(exchange, site) })
}

/** The path of a URL, decoded; undefined if it is none. */
function pathOf(url: string): string | undefined {
  try {
    const path = decodeURIComponent(url.split(/[?#]/, 1)[0] ?? '')
    return path.startsWith('/') && !path.includes('\0') ? path : undefined
  } catch {
    // It is not well encoded.
    return undefined
  }
}

/** What `send` may answer with for a path. */
const endings = ['', '.html', '/index.html']

/** Whether none of the files that may be meant lies outside of the folder. `send` itself refuses `..` and follows links. */
async function isInside(root: string, path: string): Promise<boolean> {
  for (const ending of endings) {
    const real = await realpath(join(root, path.replace(/\/+$/, '') + ending)).catch(() => undefined)
    if (real !== undefined && real !== root && !real.startsWith(root.endsWith(sep) ? root : root + sep)) return false
  }
  return true
}

type Sending = { path: string; root: string; onMissing: () => void; status?: number }

function sendFile({ request, response }: Exchange, { path, root, onMissing, status }: Sending): void {
  const sending = send(request, encodeURI(path).replace(/[?#]/g, encodeURIComponent), {
    root,
    extensions: ['html'],
    ...(status !== undefined && { acceptRanges: false, etag: false, lastModified: false }),
  })
  sending.on('headers', () => {
    // Browsers ask whether it changed, which costs little.
    response.setHeader('Cache-Control', 'no-cache')
    if (status !== undefined) response.statusCode = status
  })
  sending.on('error', (error: Error & { status?: number }) => {
    if (error.status === 404 || error.status === 403) onMissing()
    else end(response, error.status ?? 500)
  })
  sending.pipe(response)
}

async function notFound(exchange: Exchange, { root, isSpa }: Site): Promise<void> {
  const { request, response } = exchange
  const wantsPage = request.headers.accept?.includes('text/html') ?? false
  const onMissing = () => end(response, 404)
  if (isSpa && wantsPage) sendFile(exchange, { path: '/index.html', root, onMissing })
  else if (wantsPage && (await isInside(root, '/404.html')))
    sendFile(exchange, { path: '/404.html', root, onMissing, status: 404 })
  else onMissing()
}

function end(response: ServerResponse, status: number): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  response.statusCode = status
  response.setHeader('Content-Type', 'text/plain; charset=utf-8')
  response.end(`${status}\n`)
}

// The page for people: `GET /` and its files at `/page/NAME`. Anyone gets them, since they are the same on every host; what
// the page shows it asks for with a token.
import { readdir, readFile } from 'node:fs/promises'
import type http from 'node:http'
import { extname, join } from 'node:path'
import { P8aError } from '../../../protocol/errors.ts'
import type { Settings } from '../../../protocol/settings.ts'
import { pageFolder } from '../../system/programs.ts'
import { acceptedBy } from './encodings.ts'
import { meantMethod, WrongMethod } from './methods.ts'
import { refuseOtherName } from './stranger.ts'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
}

/** Nothing but the files of the page, and no other host; no text becomes code. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const headers = {
  'content-security-policy': policy,
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  vary: 'accept-encoding, accept',
}

/** Compressed ahead, the smallest first. */
const codings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

/** Whether a request is for the page: `/` only if a person asks, since a program is told what there is. */
export function isForPage(path: string, { headers: { accept = '' } }: http.IncomingMessage): boolean {
  return path.startsWith('/page/') || (path === '/' && accept.includes('text/html'))
}

/** @throws {P8aError} `forbidden`, `method_not_found`; {@link WrongMethod} */
export async function sendPageFile(
  path: string,
  { request, response, settings }: PageRequest & { settings: Pick<Settings, 'webNames'> },
): Promise<void> {
  refuseOtherName(request, settings)
  if (meantMethod(request.method) !== 'GET')
    throw new WrongMethod(request.method ?? '', { path, allowed: ['GET', 'HEAD'] })
  const name = path === '/' ? 'index.html' : path.slice('/page/'.length)
  const there = new Set(await readdir(pageFolder()).catch(() => []))
  const type = types[extname(name)]
  if (there.size > 0 && !there.has(name) && otherVersion.test(name)) return sendReload(response)
  if (!there.has(name) || !type) throw nothing(path, there.size === 0)
  const accepted = acceptedBy(request)
  const [coding, suffix] = codings.find(([one, end]) => accepted.has(one) && there.has(name + end)) ?? ['', '']
  const bytes = await readFile(join(pageFolder(), name + suffix))
  for (const [header, value] of Object.entries(headers)) response.setHeader(header, value)
  response.setHeader('content-type', type)
  response.setHeader('content-length', bytes.length)
  if (coding) response.setHeader('content-encoding', coding)
  // A client that is not known has one request a connection.
  response.setHeader('connection', 'close')
  // Every other name has the hash of what is in it.
  response.setHeader('cache-control', name === 'index.html' ? 'no-cache' : 'public, max-age=31536000, immutable')
  response.end(bytes)
}

/** A script of another build of the page, as esbuild names it. */
const otherVersion = /^[\w.]+-[A-Z0-9]{8}\.js$/

/** How soon it does not load the page a second time: something between keeps an old one. */
const reloadMs = 10_000
const reload = `const key = 'p8a.reloaded'
const nowMs = Date.now()
if (nowMs - Number(sessionStorage.getItem(key)) > ${reloadMs}) {
  sessionStorage.setItem(key, String(nowMs))
  location.reload()
} else document.body.textContent = 'This page is of another version of p8a than the host. Load it anew, past what is kept of it.'
`

/** A page that was sent just before its host was upgraded asks the new one for its script: it gets one that loads the page anew. */
function sendReload(response: http.ServerResponse): void {
  for (const [header, value] of Object.entries(headers)) response.setHeader(header, value)
  response.setHeader('content-type', types['.js'] ?? '')
  response.setHeader('connection', 'close')
  response.setHeader('cache-control', 'no-store')
  response.end(reload)
}

type PageRequest = { request: http.IncomingMessage; response: http.ServerResponse }

function nothing(path: string, isUnbuilt: boolean): P8aError {
  return new P8aError('method_not_found', `There is nothing at ${path}`, {
    hint: isUnbuilt ? 'The page is not built: npm run build' : 'The page is at /',
  })
}

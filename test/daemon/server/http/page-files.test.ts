// The files of the page as they are sent. Not here: what the page does (e2e/page.test.ts).
import type http from 'node:http'
import { runInNewContext } from 'node:vm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isForPage, sendPageFile } from '../../../../daemon/server/http/page-files.ts'
import { P8aError } from '../../../../protocol/errors.ts'

type Sent = { headers: Map<string, string>; body: Buffer }

async function sent(path: string, given: { method?: string; headers?: Record<string, string> } = {}): Promise<Sent> {
  const headers = new Map<string, string>()
  let body: Buffer = Buffer.alloc(0)
  const response = {
    setHeader: (name: string, value: unknown) => headers.set(name, String(value)),
    end: (bytes: Buffer) => {
      body = bytes
    },
  }
  const request = {
    method: given.method ?? 'GET',
    headers: { host: 'localhost:3000', ...given.headers },
    socket: { remoteAddress: '127.0.0.1' },
  }
  await sendPageFile(path, {
    request: request as unknown as http.IncomingMessage,
    response: response as unknown as http.ServerResponse,
    settings: { webNames: [] },
  })
  return { headers, body }
}

const codeOf = async (sending: Promise<unknown>) =>
  await sending.then(
    () => undefined,
    error => (error instanceof P8aError ? error.code : String(error)),
  )

test('sendPageFile() lets a page load nothing but its own files, and be in no frame', async () => {
  const { headers, body } = await sent('/')
  const policy = headers.get('content-security-policy') ?? ''
  for (const part of [
    "default-src 'none'",
    "script-src 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ])
    assert.match(policy, part)
  assert.not.match(policy, 'unsafe')
  assert.is(headers.get('referrer-policy'), 'no-referrer')
  assert.is(headers.get('cache-control'), 'no-cache')
  assert.match(body.toString(), '<noscript>')
  // Nothing is asked of anybody else.
  assert.not.match(body.toString(), /(?:src|href)="(?:https?:)?\/\//)
})

test('sendPageFile() sends what is compressed ahead, as far as the browser takes it', async () => {
  const [, script = ''] = /src="([^"]+)"/.exec((await sent('/')).body.toString()) ?? []
  const path = `/${script}`
  const coding = async (accepted: string) =>
    (await sent(path, { headers: { 'accept-encoding': accepted } })).headers.get('content-encoding')
  assert.equal(
    [await coding('gzip, deflate, br'), await coding('gzip'), await coding('br;q=0, gzip;q=0.5'), await coding('')],
    ['br', 'gzip', 'gzip', undefined],
  )
  assert.match((await sent(path)).headers.get('cache-control') ?? '', 'immutable')
})

test('the page takes less than 100 KB over the wire at its first load', async () => {
  const index = await sent('/', { headers: { 'accept-encoding': 'gzip' } })
  const paths = [...(await sent('/')).body.toString().matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => `/${path}`)
  assert.is(paths.length, 3)
  const files = await Promise.all(paths.map(path => sent(path, { headers: { 'accept-encoding': 'gzip' } })))
  const bytes = [index, ...files].reduce((sum, { body }) => sum + body.length, 0)
  assert.ok(bytes < 100_000, `${bytes} bytes`)
})

test('sendPageFile() has nothing beside the files of the page', async () => {
  for (const path of [
    '/page/',
    '/page/..',
    '/page/../daemon.cjs',
    '/page/%2e%2e/daemon.cjs',
    '/page/index.html.br',
    '/page/no.js',
  ])
    assert.is(await codeOf(sent(path)), 'method_not_found', path)
  assert.is(await codeOf(sent('/', { method: 'POST' })), 'bad_request')
  assert.is(await codeOf(sent('/', { headers: { host: 'evil.example' } })), 'forbidden')
})

test('sendPageFile() lets a page of another version load itself anew, once', async () => {
  const { headers, body } = await sent('/page/main-OLDHASH7.js')
  assert.match(headers.get('content-type') ?? '', 'text/javascript')
  assert.is(headers.get('cache-control'), 'no-store')
  const kept = new Map<string, string>()
  const sessionStorage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  }
  let loads = 0
  const document = { body: { textContent: '' } }
  const run = () => runInNewContext(String(body), { sessionStorage, document, location: { reload: () => loads++ } })
  run()
  assert.equal([loads, document.body.textContent], [1, ''])
  run()
  assert.is(loads, 1)
  assert.match(document.body.textContent, /another version/)
})

test('isForPage() leaves what a program asks at / to the answer that says what there is', () => {
  const request = (accept: string) => ({ headers: { accept } }) as http.IncomingMessage
  assert.ok(isForPage('/', request('text/html,application/xhtml+xml,*/*;q=0.8')))
  assert.not(isForPage('/', request('*/*')))
  assert.not(isForPage('/rpc', request('text/html')))
  assert.ok(isForPage('/page/x.js', request('*/*')))
})

test.run()

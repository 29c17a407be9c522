// The server of a pod that exports `fetch`, asked over real sockets, with raw bytes where the bytes matter. Not here: how a run comes to
// serve (shim/serving.test.ts), and held ports, drains and reloads (e2e/fetch.test.ts).
import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { requestId, type Served, serverOf } from '../../fetch/main.ts'
import { until } from '../until.ts'

const test = suite('fetch')

type Handlers = { fetch: (...given: never[]) => unknown; upgrade?: Served['upgrade'] }

/** A server of these handlers, and what is written to stderr while it is there. */
async function serve({ fetch, upgrade }: Handlers) {
  const waited: unknown[] = []
  const around = { params: { a: '1' }, bus: {}, p8a: {}, waitUntil: (promise: unknown) => void waited.push(promise) }
  const server = serverOf({ fetch, upgrade, around } as unknown as Served)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  let log = ''
  const { write } = process.stderr
  process.stderr.write = ((text: string) => {
    log += text
    return true
  }) as typeof write
  return {
    port,
    waited,
    log: () => log,
    url: (path = '/') => `http://127.0.0.1:${port}${path}`,
    [Symbol.dispose]() {
      process.stderr.write = write
      server.close()
      ;(server as http.Server).closeAllConnections()
    },
  }
}

/** Sends these bytes and returns all that comes back until the other side ends. */
async function raw(port: number, text: string): Promise<string> {
  const socket = net.connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(text)
  let answer = ''
  socket.setEncoding('latin1').on('data', part => {
    answer += part
  })
  await once(socket, 'close')
  return answer
}

const ending = 'Host: a\r\nConnection: close\r\n\r\n'

test('a request has its method, address, headers and body, and a response its status, headers and body', async () => {
  using served = await serve({
    fetch: async (request: Request) =>
      Response.json(
        [request.method, request.url, request.headers.get('x-a'), await request.text(), request instanceof Request],
        { status: 201, headers: { 'x-b': 'c' } },
      ),
  })
  const response = await fetch(served.url('/a/../b?c=d'), { method: 'POST', body: 'text', headers: { 'x-a': 'e' } })
  assert.equal([response.status, response.statusText, response.headers.get('x-b')], [201, 'Created', 'c'])
  assert.equal(await response.json(), ['POST', served.url('/b?c=d'), 'e', 'text', true])
})

test('a handler gets params, the address of the client and waitUntil, also as its third argument', async () => {
  let given: unknown[] = []
  using served = await serve({
    fetch: (...all: unknown[]) => {
      given = all
      const context = all[1] as { waitUntil(promise: unknown): void; remoteAddress: string; params: { a: string } }
      context.waitUntil('work')
      return new Response(`${context.remoteAddress} ${context.params.a}`)
    },
  })
  assert.is(await (await fetch(served.url())).text(), '127.0.0.1 1')
  assert.equal([given.length, given[1] === given[2], served.waited], [3, true, ['work']])
})

test('a handler, what it awaits and the stream that it returns know the id of their request, and the log names it', async () => {
  const seen: unknown[] = []
  using served = await serve({
    fetch: async ({ url, body }: Request) => {
      seen.push(requestId())
      if (url.endsWith('/fail')) throw new Error('no')
      for await (const part of body ?? []) seen.push(String(part).length > 0, requestId())
      const pull = (stream: ReadableStreamDefaultController) => {
        seen.push(requestId())
        stream.close()
      }
      return new Response(new ReadableStream({ pull }))
    },
  })
  const headers = { 'x-request-id': 'r-1' }
  await (await fetch(served.url(), { headers, method: 'POST', body: 'text' })).text()
  assert.equal(seen.splice(0), ['r-1', true, 'r-1', 'r-1'])
  await (await fetch(served.url('/fail'), { headers })).text()
  assert.match(served.log(), /fetch threw at GET \/fail \(r-1\): Error: no/)
  await (await fetch(served.url())).text()
  assert.equal(seen, ['r-1', undefined, undefined])
})

test('bodies are streamed both ways: a part is there before the next one is sent', async () => {
  using served = await serve({ fetch: (request: Request) => new Response(request.body) })
  const request = http.request(served.url(), { method: 'POST' })
  request.flushHeaders()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  for (const part of ['first', 'second']) {
    request.write(part)
    assert.is(String((await once(response, 'data'))[0]), part)
  }
  request.end()
  response.resume()
  await once(response, 'end')
})

test('the headers of a stream are sent before its first part', async () => {
  const parts = Promise.withResolvers<string>()
  using served = await serve({
    fetch: () =>
      new Response(
        new ReadableStream({
          async pull(controller) {
            controller.enqueue(new TextEncoder().encode(await parts.promise))
            controller.close()
          },
        }),
        { headers: { 'content-type': 'text/event-stream' } },
      ),
  })
  const response = await fetch(served.url())
  parts.resolve('data: 1\n\n')
  assert.is(await response.text(), 'data: 1\n\n')
})

test('the signal is aborted when the client goes, the stream is canceled, and what comes too late is let go of', async () => {
  const seen: string[] = []
  const late = () => new ReadableStream({ cancel: () => void seen.push('late canceled') })
  using served = await serve({
    fetch: async ({ url, signal }: Request) => {
      if (url.endsWith('/stream')) return new Response(new ReadableStream({ cancel: () => void seen.push('canceled') }))
      seen.push('asked')
      await once(signal, 'abort')
      seen.push(signal.reason.name)
      if (url.endsWith('/throw')) throw signal.reason
      return new Response(late())
    },
  })
  for (const path of ['/wait', '/stream', '/throw']) {
    const gone = new AbortController()
    const asking = fetch(served.url(path), { signal: gone.signal }).catch(({ name }) => name)
    if (path === '/stream') await asking
    else await until(() => seen.at(-1) === 'asked', 'it was asked')
    const before = seen.length
    gone.abort()
    await until(() => seen.length > before, 'it was told')
  }
  await until(() => seen.length === 6, 'all was let go of')
  assert.equal(seen, ['asked', 'AbortError', 'late canceled', 'canceled', 'asked', 'AbortError'])
  assert.is(served.log(), '', 'that a client goes is no error')
})

test('what throws, or returns no Response, is answered with 500 and logged without the query, and tells its client nothing', async () => {
  const handlers: [path: string, answer: () => unknown, logged: RegExp][] = [
    ['/throw', () => assert.unreachable('secret'), /fetch threw at GET \/throw: .*secret/],
    ['/reject', () => Promise.reject(new Error('secret')), /fetch threw at GET \/reject: Error: secret/],
    ['/null', () => Promise.reject(null), /fetch threw at GET \/null: null/],
    ['/nothing', () => undefined, /fetch returned no Response at GET \/nothing: undefined/],
    ['/text', async () => 'text', /fetch returned no Response at GET \/text: 'text'/],
    ['/status', () => new Response('', { status: 99 }), /RangeError: .*from 200 to 599, and not 99/],
    ['/body', () => new Response('x', { status: 204 }), /TypeError: .*204 must have no body/],
    ['/header', () => new Response('x', { headers: { 'x-a': 'a\nSet-Cookie: b' } }), /ERR_INVALID_CHAR/],
    [
      '/used',
      async () => {
        const response = new Response('x')
        await response.text()
        return response
      },
      /TypeError: The Response was used before/,
    ],
  ]
  using served = await serve({ fetch: ({ url }: Request) => handlers.find(([path]) => url.includes(path))?.[1]() })
  for (const [path, , logged] of handlers) {
    const response = await fetch(served.url(`${path}?token=hidden`))
    assert.equal([response.status, await response.text()], [500, 'Internal Server Error'], path)
    assert.match(served.log(), logged)
  }
  assert.not.match(served.log(), /hidden/)
})

test('a Response that was sent cannot be sent again, unless it is cloned', async () => {
  const shared = new Response('shared')
  using served = await serve({ fetch: ({ url }: Request) => (url.endsWith('/clone') ? shared.clone() : shared) })
  const ask = async (path: string) => (await fetch(served.url(path))).status
  assert.equal([await ask('/clone'), await ask('/clone'), await ask('/'), await ask('/')], [200, 200, 200, 500])
})

test('a body that fails half-way ends the connection before its end, and is logged', async () => {
  const failing = (error: unknown) =>
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('part'))
        setImmediate(() => controller.error(error))
      },
    })
  using served = await serve({
    fetch: ({ url }: Request) => new Response(failing(url.endsWith('/error') ? new Error('half') : undefined)),
  })
  for (const path of ['/error', '/nothing']) {
    const answer = await raw(served.port, `GET ${path} HTTP/1.1\r\n${ending}`)
    assert.match(answer, /^HTTP\/1.1 200 OK/)
    assert.not.match(answer, /\r\n0\r\n\r\n$/)
  }
  assert.match(served.log(), /the body of a Response failed at GET \/error: Error: half/)
})

test('HEAD, 204 and 304 have no body, and what is empty has a length', async () => {
  using served = await serve({
    fetch: ({ url }: Request) => {
      const status = Number(url.split('/').at(-1))
      return status === 200 ? new Response('text') : new Response(null, { status })
    },
  })
  const get = async (method: string, path: string) => await raw(served.port, `${method} ${path} HTTP/1.1\r\n${ending}`)
  const head = await get('HEAD', '/200')
  assert.match(head, /content-length: 4\r\n[\s\S]*\r\n\r\n$/)
  for (const status of [204, 304]) {
    const answer = await get('GET', `/${status}`)
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*\r\n\r\n$`))
    assert.not.match(answer, /content-length|transfer-encoding/i)
  }
  assert.match(await get('GET', '/404'), /^HTTP\/1.1 404 Not Found\r\n[\s\S]*content-length: 0\r\n/)
})

test('several Set-Cookie stay several, and a request repeats none of what it must not', async () => {
  using served = await serve({
    fetch: (request: Request) => {
      const headers = new Headers({ 'x-seen': String(request.headers.get('x-a')) })
      headers.append('set-cookie', 'a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT')
      headers.append('set-cookie', 'b=2')
      return new Response('', { headers })
    },
  })
  const answer = await raw(served.port, `GET / HTTP/1.1\r\nX-A: 1\r\nx-a: 2\r\n${ending}`)
  assert.equal(answer.match(/^set-cookie: .*$/gm), [
    'set-cookie: a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT',
    'set-cookie: b=2',
  ])
  assert.match(answer, /x-seen: 1, 2/)
})

test('strange requests are answered: a GET with a body, no Host, a wrong Host, a star, an absolute address, headers beyond measure', async () => {
  using served = await serve({
    fetch: async (request: Request) =>
      new Response(`${request.body} ${new URL(request.url).pathname} ${await request.text()}.`),
  })
  const ask = async (head: string, more = '') => (await raw(served.port, `${head}\r\n${more}`)).split('\r\n')
  const body = (lines: string[]) => lines.at(-1)
  assert.is(body(await ask('GET /a HTTP/1.1', `Content-Length: 4\r\n${ending}body`)), 'null /a .')
  assert.is(body(await ask('GET /a HTTP/1.0', '\r\n')), 'null /a .')
  assert.is(body(await ask('GET /a HTTP/1.1', 'Host: a b\r\nConnection: close\r\n\r\n')), 'null /a .')
  assert.is(body(await ask('OPTIONS * HTTP/1.1', ending)), '[object ReadableStream] /* .')
  assert.is(body(await ask('GET http://other/b HTTP/1.1', ending)), 'null /b .')
  assert.match((await ask('GET /a HTTP/1.1', `X-A: ${'a'.repeat(20_000)}\r\n${ending}`))[0] ?? '', / 431 /)
  assert.match((await ask('no request'))[0] ?? '', / 400 /)
})

test('many requests on one connection, sent at once, are answered in their order', async () => {
  let held: (() => void) | undefined
  using served = await serve({
    fetch: async ({ url }: Request) => {
      const { pathname } = new URL(url)
      if (pathname === '/1') await new Promise<void>(resolve => (held = resolve))
      else held?.()
      return new Response(pathname)
    },
  })
  const answer = await raw(served.port, `GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\n${ending}`)
  assert.ok(answer.indexOf('/1HTTP') > 0 && answer.endsWith('/2'))
})

test('upgrade takes a connection over, its failure is answered and logged, and without it fetch answers', async () => {
  const asked = 'Host: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n'
  using served = await serve({
    fetch: () => new Response('no'),
    upgrade: ({ url }, socket, head, { params }) => {
      if (url === '/fail') throw new Error('no upgrade')
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n\r\n${params.a}${head}`)
      socket.pipe(socket)
    },
  })
  const socket = net.connect(served.port, '127.0.0.1')
  socket.write(`GET / HTTP/1.1\r\n${asked}early`)
  let answer = ''
  socket.setEncoding('utf8').on('data', part => {
    answer += part
  })
  await until(() => answer.endsWith('1early'), 'it has what came first')
  socket.end('late')
  await once(socket, 'close')
  assert.ok(answer.endsWith('1earlylate'))
  assert.match(await raw(served.port, `GET /fail HTTP/1.1\r\n${asked}`), /^HTTP\/1.1 500 /)
  assert.match(served.log(), /upgrade threw at GET \/fail: Error: no upgrade/)
  using plain = await serve({ fetch: ({ headers }: Request) => new Response(headers.get('upgrade')) })
  assert.match(
    await raw(plain.port, `GET / HTTP/1.1\r\nUpgrade: echo\r\nConnection: Upgrade, close\r\nHost: a\r\n\r\n`),
    /echo$/,
  )
})

test.run()

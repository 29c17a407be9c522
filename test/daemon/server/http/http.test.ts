// The edge of HTTP: what becomes a request of JSON-RPC and what does not, with a dispatcher that only keeps what it is
// asked. Not here: the verbs, and that the first byte of a connection decides (e2e/wire.test.ts).
import { once } from 'node:events'
import net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Authority, Identity } from '../../../../daemon/server/access/authority.ts'
import { Answers } from '../../../../daemon/server/answers.ts'
import type { Visitor } from '../../../../daemon/server/doorstep.ts'
import { makeHttpServer } from '../../../../daemon/server/http/http.ts'
import type { Client } from '../../../../daemon/server/lines/client.ts'
import type { Rpc } from '../../../../daemon/server/lines/rpc.ts'
import { Unread } from '../../../../daemon/server/unread.ts'
import type { Seams } from '../../../../daemon/system/seams.ts'
import { P8aError, toWireError } from '../../../../protocol/errors.ts'
import { defaultSettings } from '../../../../protocol/settings.ts'

const token = 'the-token-of-this-host'
const settings = {
  ...defaultSettings,
  maxLineBytes: 10_000,
  maxUnauthorizedLineBytes: 1000,
  wrongTokenDelay: 1,
  maxPipelinedRequests: 2,
}
const visitor: Visitor = { address: '192.0.2.1', welcome: () => {} }
const admin: Identity = { name: 'default', role: 'admin', path: '' }

/** Knows one token. */
const authority = {
  judge: (given: unknown) => (given === token ? { identity: admin } : { refusal: 'The token is wrong' }),
  isValid: () => true,
  hold: () => () => {},
} as unknown as Authority

type Asked = { message: unknown; isAuthorized: boolean }

/** A server whose dispatcher answers `result`, or refuses who has no token. */
async function serving(
  work: (server: { url: string; port: number; asked: Asked[] }) => Promise<void>,
  options: { trusted?: boolean; answer?: unknown } = {},
): Promise<void> {
  const asked: Asked[] = []
  const unauthorized = () => ({
    jsonrpc: '2.0' as const,
    id: null,
    error: toWireError(new P8aError('unauthorized', 'No token was given')),
  })
  const rpc = {
    answer: async (message: unknown, client: Client) => {
      asked.push({ message, isAuthorized: client.identity !== undefined })
      if (!client.identity) return unauthorized()
      return 'answer' in options ? options.answer : { jsonrpc: '2.0', id: 1, result: 'done' }
    },
    inTurn: async (_: Client, work: () => Promise<unknown>) => await work(),
    answerGarbage: (client: Client) =>
      client.identity
        ? { jsonrpc: '2.0', id: null, error: toWireError(new P8aError('parse_error', 'The message is not JSON')) }
        : unauthorized(),
  } as unknown as Rpc
  const http = makeHttpServer({
    seams: { settings } as unknown as Seams,
    rpc,
    authority,
    answers: new Answers(),
    unread: new Unread(settings),
    isReady: () => true,
    metrics: async () => ({ type: 'text/plain', text: '' }),
    gitRoom: async () => ({ bytes: Number.POSITIVE_INFINITY, quota: undefined }),
  })
  const sockets = new Set<net.Socket>()
  const server = net.createServer({ pauseOnConnect: true }, socket => {
    sockets.add(socket)
    http.serve(socket, options.trusted ? undefined : visitor)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  try {
    await work({ url: `http://127.0.0.1:${port}`, port, asked })
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  }
}

const request = '{"jsonrpc":"2.0","id":1,"method":"host.info"}'
const post = (url: string, body: string, headers: Record<string, string> = { authorization: `Bearer ${token}` }) =>
  fetch(`${url}/rpc`, { method: 'POST', body, headers })

test('POST /rpc with the token is a request, and its answer JSON with a newline', async () => {
  await serving(async ({ url, asked }) => {
    const response = await post(url, request)
    assert.equal([response.status, response.headers.get('content-type')], [200, 'application/json'])
    assert.is(await response.text(), '{"jsonrpc":"2.0","id":1,"result":"done"}\n')
    assert.equal(asked, [{ message: JSON.parse(request), isAuthorized: true }])
  })
})

/** As a browser of somebody sends it: `fetch` here may set neither `Host` nor `Origin`. */
async function raw(port: number, head: Record<string, string>): Promise<number> {
  const socket = net.connect(port, '127.0.0.1')
  const headers = { 'content-length': String(request.length), ...head }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  socket.write(`${['POST /rpc HTTP/1.1', ...lines, '', ''].join('\r\n')}${request}`)
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  return Number(chunk.toString().split(' ')[1])
}

test('a web page of a stranger gets nothing, whatever it sends', async () => {
  await serving(async ({ port, asked }) => {
    const host = `127.0.0.1:${port}`
    const authorization = `Bearer ${token}`
    const origin = 'http://evil.example'
    assert.is(await raw(port, { host, origin, 'content-type': 'text/plain' }), 403)
    assert.is(await raw(port, { host, origin, authorization }), 403)
    assert.is(await raw(port, { host, 'sec-fetch-site': 'cross-site', authorization }), 403)
    assert.is(await raw(port, { host: 'evil.example' }), 403)
    assert.is(asked.length, 0)
    assert.is(await raw(port, { host: 'pods.example', authorization }), 200)
    assert.is(await raw(port, { host, origin: `http://${host}`, authorization }), 200)
  })
})

test('Bearer is read however it is written; anything else is no token', async () => {
  await serving(async ({ url, asked }) => {
    for (const authorization of [`bearer ${token}`, `BEARER   ${token}`])
      assert.is((await post(url, request, { authorization })).status, 200)
    for (const authorization of ['Bearer wrong', `Basic ${token}`, token, 'Bearer', `Bearer ${token} x`]) {
      assert.is((await post(url, request, { authorization })).status, 401, authorization)
    }
    assert.is((await post(url, request, {})).status, 401)
    assert.is(
      (await fetch(`${url}/rpc?token=${token}`, { method: 'POST', body: request })).status,
      401,
      'a token in the address would be in every log',
    )
    assert.is(asked.filter(({ isAuthorized }) => isAuthorized).length, 2)
  })
})

test('of requests that come before the answer to the first one none begins, and with too many of them the connection is closed', async () => {
  await serving(
    async ({ port, asked }) => {
      const head = ['POST /rpc HTTP/1.1', 'host: localhost', `authorization: Bearer ${token}`]
      const whole = [...head, `content-length: ${request.length}`, '', request].join('\r\n')
      const socket = net.connect(port, '127.0.0.1').on('error', () => {})
      socket.resume().write(whole.repeat(4))
      await once(socket, 'close')
      assert.is(asked.length, 1)
    },
    { answer: new Promise(() => {}) },
  )
})

test('who comes by the Unix socket needs no token', async () => {
  await serving(async ({ url }) => assert.is((await post(url, request, {})).status, 200), { trusted: true })
})

test('nothing to answer is 204 without a body', async () => {
  await serving(
    async ({ url }) => {
      const response = await post(url, request)
      assert.equal([response.status, await response.text()], [204, ''])
    },
    { answer: null },
  )
})

test('an error has its own status, and a batch is 200', async () => {
  const error = toWireError(new P8aError('pod_not_found', 'There is no pod "x"'))
  await serving(async ({ url }) => assert.is((await post(url, request)).status, 404), {
    answer: { jsonrpc: '2.0', id: 1, error },
  })
  await serving(async ({ url }) => assert.is((await post(url, request)).status, 200), {
    answer: [{ jsonrpc: '2.0', id: 1, error }],
  })
})

test('a body that is no JSON is a parse error, and unauthorized without the token', async () => {
  await serving(async ({ url }) => {
    for (const body of ['', 'nonsense', '{"torn":']) {
      assert.is((await post(url, body)).status, 400)
      assert.is((await post(url, body, {})).status, 401)
    }
  })
})

test('other paths and other methods are refused with a hint', async () => {
  await serving(async ({ url, asked }) => {
    const headers = { authorization: `Bearer ${token}` }
    for (const [path, method, status] of [
      ['/', 'GET', 404],
      ['/rpcs', 'POST', 404],
      ['/rpc/', 'POST', 404],
      ['/rpc', 'GET', 405],
      ['/rpc', 'PUT', 405],
      ['/rpc', 'DELETE', 405],
    ] as const) {
      const response = await fetch(`${url}${path}`, { method, headers })
      const { error } = (await response.json()) as { error: { data: { hint: string } } }
      assert.is(response.status, status, `${method} ${path}`)
      assert.ok(error.data.hint)
      assert.is(response.headers.get('allow'), status === 405 ? 'POST' : null)
    }
    assert.is((await post(`${url}/rpc?x=1`.replace('/rpc?x=1', ''), request)).status, 200)
    assert.is(asked.length, 1)
  })
})

test('/rpc says by OPTIONS what it takes, and has nothing for HEAD', async () => {
  await serving(async ({ url, asked }) => {
    const headers = { authorization: `Bearer ${token}` }
    const options = await fetch(`${url}/rpc`, { method: 'OPTIONS', headers })
    assert.equal([options.status, options.headers.get('allow')], [204, 'POST'])
    assert.is((await fetch(`${url}/rpc`, { method: 'HEAD', headers })).status, 405)
    assert.equal(asked, [])
  })
})

test('a body that is compressed is refused, and nothing is unpacked', async () => {
  await serving(async ({ url, asked }) => {
    const response = await post(url, request, { authorization: `Bearer ${token}`, 'content-encoding': 'gzip' })
    const { error } = (await response.json()) as { error: { data: { code: string } } }
    assert.equal([response.status, error.data.code], [415, 'bad_content_type'])
    assert.is(response.headers.get('accept-encoding'), 'identity')
    assert.equal(asked, [])
  })
})

test('a body beyond the limit is refused: a small one before the token, a larger one behind it', async () => {
  await serving(async ({ url, asked }) => {
    assert.is((await post(url, JSON.stringify({ filling: 'x'.repeat(5000) }))).status, 200)
    assert.is((await post(url, JSON.stringify({ filling: 'x'.repeat(5000) }), {})).status, 413)
    assert.is((await post(url, JSON.stringify({ filling: 'x'.repeat(20_000) }))).status, 413)
    assert.is(asked.length, 1)
    assert.is((await post(url, request)).status, 200, 'the server goes on')
  })
})

test('a client that goes away in the middle of its body harms nobody', async () => {
  // An unhandled rejection ends the host.
  const unhandled: unknown[] = []
  const listen = (error: unknown) => unhandled.push(error)
  process.on('unhandledRejection', listen)
  await serving(async ({ url, port, asked }) => {
    const socket = net.connect(port, '127.0.0.1').on('error', () => {})
    await once(socket, 'connect')
    socket.write(
      `POST /rpc HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-length: 1000\r\n\r\n{"half`,
    )
    // Its request has begun when another one behind it was answered.
    await post(url, request)
    socket.destroy()
    await once(socket, 'close')
    assert.is((await post(url, request)).status, 200)
    assert.is(asked.length, 2)
  }).finally(() => process.off('unhandledRejection', listen))
  assert.equal(unhandled, [])
})

test('what is no HTTP is answered with 400', async () => {
  await serving(async ({ port }) => {
    const socket = net.connect(port, '127.0.0.1').on('error', () => {})
    let answer = ''
    socket.on('data', chunk => (answer += chunk)).end('nonsense\r\n\r\n')
    await once(socket, 'close')
    assert.match(answer, /^HTTP\/1.1 400 /)
    assert.is(JSON.parse(answer.split('\r\n\r\n')[1] ?? '').code, 'bad_request')
  })
})

test('an answer too deep to be written is an error, and ends nothing', async () => {
  const deep = JSON.parse(`${'[{"1":'.repeat(4000)}1${'}]'.repeat(4000)}`)
  const answer = { jsonrpc: '2.0', id: 1, result: deep }
  await serving(
    async ({ url }) => {
      const response = await post(url, '{}')
      const { error } = (await response.json()) as { error: { data: { code: string } } }
      assert.is(error.data.code, 'too_large')
    },
    { trusted: true, answer },
  )
})

test.run()

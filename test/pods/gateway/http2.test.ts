import { execFile } from 'node:child_process'
import { once } from 'node:events'
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type OutgoingHttpHeaders,
} from 'node:http2'
import { pipeline, Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { headersOfOne } from '../../../pods/gateway/http2.ts'
import { needs } from '../../needs.ts'
import { type StandingSecure, standingSecure } from './standing-secure.ts'

type Got = { status: number; headers: Record<string, unknown>; trailers: Record<string, unknown>; body: string }

/** A session that lasts as long as the work. */
async function withSession(at: StandingSecure, work: (session: ClientHttp2Session) => Promise<void>): Promise<void> {
  const session = connect('https://example.com', { createConnection: () => at.secureDial({ ALPNProtocols: ['h2'] }) })
  session.on('error', () => {})
  try {
    await work(session)
  } finally {
    session.destroy()
  }
}

async function answerOf(stream: ClientHttp2Stream): Promise<Got> {
  const got: Got = { status: 0, headers: {}, trailers: {}, body: '' }
  stream.once('response', headers => Object.assign(got, { status: headers[':status'], headers }))
  stream.once('trailers', trailers => Object.assign(got, { trailers }))
  got.body = await text(stream)
  return got
}

const get = async (session: ClientHttp2Session, path = '/', headers: OutgoingHttpHeaders = {}) =>
  await answerOf(session.request({ ':path': path, ':authority': 'example.com', ...headers }))

test('headersOfOne() makes the headers that HTTP/1.1 would have', () => {
  const raw = [':method', 'GET', ':authority', 'a.test', 'cookie', 'a=1', 'x-a', '1', 'cookie', 'b=2']
  assert.equal(headersOfOne(raw, false), ['host', 'a.test', 'x-a', '1', 'cookie', 'a=1; b=2'])
  assert.equal(headersOfOne(['host', 'a.test'], true), ['host', 'a.test', 'transfer-encoding', 'chunked'])
  assert.equal(headersOfOne([':authority', 'a.test', 'host', 'a.test', 'content-length', '3'], true), [
    ...['host', 'a.test', 'content-length', '3'],
  ])
  assert.equal(headersOfOne([':authority', 'a.test', 'host', 'b.test'], false), ['host', 'a.test', 'host', 'b.test'])
})

test('a client of HTTP/2 gets what the pod answers, many at a time, and the pod what HTTP/1.1 would bring', async () => {
  await standingSecure(
    async (request, response) => {
      const { host, cookie, via, 'x-forwarded-proto': protocol, 'content-length': length } = request.headers
      response.setHeader('Set-Cookie', ['a=1', 'b=2'])
      response.setHeader('Connection', 'close, X-Gone')
      response.setHeader('X-Gone', '1')
      response.statusCode = 201
      const body = await text(request)
      response.end(`${request.method} ${request.url} ${[host, cookie, via, protocol, length, body].join('|')}`)
    },
    async at => {
      await withSession(at, async session => {
        const got = await get(session, '/a%20b?c', { cookie: ['a=1', 'b=2'] })
        assert.is(got.body, 'GET /a%20b?c example.com|a=1; b=2|2.0 p8a|https||')
        assert.is(got.status, 201)
        assert.equal(got.headers['set-cookie'], ['a=1', 'b=2'])
        assert.is(got.headers['x-gone'], undefined)
        const post = session.request({ ':method': 'POST', ':path': '/', 'content-length': 5 })
        assert.match((await answerOf(post.end('hello'))).body, /\|5\|hello$/)
        const chunked = session.request({ ':method': 'POST', ':path': '/' })
        assert.match((await answerOf(chunked.end('hello'))).body, /\|https\|\|hello$/)
        const head = await get(session, '/', { ':method': 'HEAD' })
        assert.equal([head.status, head.body], [201, ''])
        const many = await Promise.all(Array.from({ length: 50 }, (_, index) => get(session, `/${index}`)))
        assert.ok(many.every(({ body }, index) => body.startsWith(`GET /${index} `)))
      })
    },
  )
})

test('a client of HTTP/2 is refused as others are', async () => {
  await standingSecure(
    (_, response) => void response.end('ok'),
    async at => {
      await withSession(at, async session => {
        const none = await get(session, '/', { ':authority': 'other.org' })
        assert.equal([none.status, none.headers['x-p8a-error']], [404, 'no_route'])
        assert.is((await get(session, '/', { host: 'other.org' })).status, 400)
        assert.is((await get(session, '/a/%2e%2e/b')).status, 400)
        assert.is((await get(session, '/', { ':method': 'OPTIONS', ':path': '*' })).status, 400)
        assert.is((await get(session)).status, 200)
        const tunnel = session.request({ ':method': 'CONNECT', ':authority': 'example.com:80' })
        assert.is((await answerOf(tunnel)).status, 400)
        assert.not(session.remoteSettings.enableConnectProtocol)
      })
    },
  )
})

test('trailers of both sides, early hints, and 100-continue go over HTTP/2', async () => {
  await standingSecure(
    async (request, response) => {
      response.writeEarlyHints({ link: '</a.css>; rel=preload' })
      await text(request)
      response.writeHead(200, { Trailer: 'X-Sum' })
      response.write('body')
      response.addTrailers({ 'X-Sum': String(request.trailers['x-sent']) })
      response.end()
    },
    async at => {
      await withSession(at, async session => {
        const head = { ':method': 'POST', ':path': '/', trailer: 'x-sent' }
        const stream = session.request(head, { waitForTrailers: true })
        stream.once('wantTrailers', () => stream.sendTrailers({ 'x-sent': '7' }))
        const hinted = once(stream, 'headers')
        const got = await answerOf(stream.end('sent'))
        assert.is((await hinted)[0].link, '</a.css>; rel=preload')
        assert.equal([got.body, got.trailers['x-sum']], ['body', '7'])
        const asking = session.request({ ':method': 'POST', ':path': '/', expect: '100-continue' })
        await once(asking, 'continue')
        assert.is((await answerOf(asking.end('sent'))).body, 'body')
      })
    },
  )
})

test('bodies go both ways over HTTP/2, and whichever side is slow, the other one waits', async () => {
  const size = 8_000_000
  let sent = 0
  await standingSecure(
    async (request, response) => {
      if (request.method === 'POST') return void response.end(String((await buffer(request)).length))
      if (request.url === '/short') return void response.end('ok')
      const endless = new Readable({
        read() {
          sent += 65_536
          this.push(Buffer.alloc(65_536))
        },
      })
      pipeline(endless, response, () => {})
    },
    async at => {
      await withSession(at, async session => {
        const post = session.request({ ':method': 'POST', ':path': '/' })
        assert.is((await answerOf(post.end(Buffer.alloc(size)))).body, String(size))
        const endless = session.request({ ':path': '/' })
        await once(endless, 'response')
        // Nothing reads, so that after a while nothing is sent.
        let before = -1
        while (sent > before) {
          before = sent
          await withSession(at, async other => void (await get(other, '/short')))
        }
        assert.ok(sent < 40_000_000, `${sent} bytes`)
        endless.close()
      })
    },
  )
})

test('a reset of either side reaches the other one', async () => {
  const gone = Promise.withResolvers<void>()
  await standingSecure(
    (request, response) => {
      if (request.url === '/half') return void response.write('half', () => request.socket.destroy())
      response.once('close', gone.resolve)
      response.write('begun')
    },
    async at => {
      await withSession(at, async session => {
        const half = session.request({ ':path': '/half' })
        const [error] = await once(half.resume(), 'error')
        assert.match(error.message, /NGHTTP2_INTERNAL_ERROR/)
        const left = session.request({ ':path': '/' })
        await once(left, 'data')
        left.close(constants.NGHTTP2_CANCEL)
        await gone.promise
      })
    },
  )
})

test('a client that takes back too many requests at once gets GOAWAY, and others go on', async () => {
  await standingSecure(
    (_, response) => void response.end('ok'),
    async at => {
      await withSession(at, async session => {
        let reset = 0
        const refused = new Promise(resolve => session.once('goaway', resolve))
        const closed = new Promise(resolve => session.once('close', resolve))
        while (!session.destroyed && !session.closed && reset < 5000) {
          const stream = session.request({ ':path': '/' })
          stream.on('error', () => {})
          stream.close(constants.NGHTTP2_CANCEL)
          reset += 1
          await new Promise(setImmediate)
        }
        await closed
        assert.is(await refused, constants.NGHTTP2_INTERNAL_ERROR)
        assert.ok(reset < 1000, `${reset} were taken back`)
      })
      await withSession(at, async session => assert.is((await get(session)).status, 200))
    },
    { maxResets: '20' },
  )
})

test('a session that nothing goes on in is closed, and one with a stream is not', async () => {
  await standingSecure(
    (request, response) => {
      response.write('begun')
      request.socket.once('end-it', () => response.end('over'))
      if (request.url === '/short') response.end()
    },
    async at => {
      await withSession(at, async session => {
        const open = session.request({ ':path': '/' })
        await once(open, 'data')
        await withSession(at, async other => {
          await get(other, '/short')
          await once(other, 'close')
        })
        assert.not(session.closed)
        open.close()
      })
    },
    { keepAlive: '50ms' },
  )
})

needs(test, 'curl')('curl speaks HTTP/2 with the gateway', async () => {
  await standingSecure(
    (request, response) => void response.end(`${request.headers.via}`),
    async at => {
      const root = at.at.file('root.pem', at.root.pem)
      const to = ['--resolve', `example.com:${at.tlsPort}:127.0.0.1`, `https://example.com:${at.tlsPort}/`]
      const { stdout } = await promisify(execFile)('curl', ['-s', '--http2', '--cacert', root, ...to])
      assert.is(stdout, '2.0 p8a')
    },
  )
})

needs(test, 'h2load')('h2load loses no request', async () => {
  await standingSecure(
    (_, response) => void response.end('ok'),
    async at => {
      const options = ['-n2000', '-c10', '-m10', `--connect-to=127.0.0.1:${at.tlsPort}`]
      const { stdout } = await promisify(execFile)('h2load', [...options, 'https://example.com/'])
      assert.match(stdout, /2000 succeeded, 0 failed/)
    },
  )
})

test.run()

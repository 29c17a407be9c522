// A gateway that is reloaded while clients of all kinds use it: over connections that are kept, with bodies, over HTTP/2, and over WebSockets.
// What becomes of requests over new connections is in gateway.test.ts and gateway-tls.test.ts.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import http2 from 'node:http2'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { WebSocket } from 'ws'
import { freePort } from '../free-port.ts'
import { Root } from '../pods/gateway/certificates/making.ts'
import { scratch } from '../scratch.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const host = new TestHost()
const root = await Root.make()
const at = scratch()
/** What `p8a:gateway` is once it is built. */
const built = readFileSync(join(import.meta.dirname, '../../dist/pods/gateway/pod.js'), 'utf8')
let ports = { http: 0, https: 0 }

/** Answers with the body that it got, and gives back what comes over an upgraded connection. */
const server = `require('http').createServer(async (request, response) => {
  let body = ''
  for await (const part of request) body += part
  setTimeout(() => response.end(body), 25)
}).on('upgrade', (request, socket) => {
  const key = request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
  const accept = require('crypto').createHash('sha1').update(key).digest('base64')
  socket.on('error', () => {}).on('end', () => socket.end()).resume()
  socket.write(['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Accept: ' + accept, '', ''].join('\\r\\n'))
}).listen(process.env.PORT)
`

test.before(async () => {
  const { pem, key } = await root.make({ names: ['web.test'] })
  at.file('certs/web.pem', pem)
  at.file('certs/web.key', key)
  await host.up()
  ports = { http: await freePort(), https: await freePort() }
  await host.pushFile('web', at.file('server.js', server))
  await host.ok('start', 'local', 'web', '--listen', 'unix', '--route', 'web.test')
  await host.ok('push', 'local', 'gateway', 'p8a:gateway')
  const listen = ['--listen', `http=127.0.0.1:${ports.http}`, '--listen', `https=127.0.0.1:${ports.https}`]
  await host.ok('start', 'local', 'gateway', ...listen, '--certs', at.path('certs'), '--redirect', 'off')
})
test.after(async () => {
  at[Symbol.dispose]()
  await host.dispose()
})

/** Others on this machine have something to do too. */
const rest = async () => await delay(20)

const agent = new http.Agent({ keepAlive: true, maxSockets: 4 })
const body = 'body '.repeat(10_000)

/** @returns the status, and whether the body came back */
async function post(): Promise<string> {
  const to = { port: ports.http, host: '127.0.0.1', agent, method: 'POST', headers: { host: 'web.test' } }
  const asking = http.request(to)
  asking.end(body)
  const [response] = (await once(asking, 'response')) as [http.IncomingMessage]
  let text = ''
  for await (const part of response) text += part
  return `${response.statusCode} ${text === body}`
}

/** Of each of the three runs that leave: the session that is told so, and one that may be opened to it meanwhile. */
const mostRefused = 2 * 3

/** Requests over one session, and over a new one when the gateway has said that it takes no more. */
class Session {
  #session: http2.ClientHttp2Session | undefined
  /** How many streams each session has refused. */
  readonly #refused = new Map<http2.ClientHttp2Session, number>()

  get refused(): number[] {
    return [...this.#refused.values()]
  }

  /** A stream that crosses the GOAWAY is refused: nothing of it was looked at, and every client asks again (RFC 9113, 8.7). */
  async ask(): Promise<string> {
    for (let refused = 0; refused <= mostRefused; refused++) {
      const answer = await this.#askOnce()
      if (answer !== undefined) return answer
    }
    return 'refused too often'
  }

  /** @returns undefined where the stream was refused */
  async #askOnce(): Promise<string | undefined> {
    const session = this.#open()
    const stream = session.request({ ':path': '/', ':method': 'POST' })
    stream.end(body)
    let status = 0
    stream.once('response', headers => {
      status = headers[':status'] ?? 0
    })
    let text = ''
    try {
      for await (const part of stream) text += part
    } catch (error) {
      if (stream.rstCode !== http2.constants.NGHTTP2_REFUSED_STREAM) throw error
      this.#refused.set(session, (this.#refused.get(session) ?? 0) + 1)
      return undefined
    }
    return `${status} ${text === body}`
  }

  close(): void {
    this.#session?.close()
  }

  #open(): http2.ClientHttp2Session {
    const known = this.#session
    if (known && !known.closed && !known.destroyed) return known
    const session = http2.connect(`https://web.test`, {
      host: '127.0.0.1',
      port: ports.https,
      servername: 'web.test',
      ca: root.pem,
    })
    session.on('error', () => {})
    session.once('goaway', () => session.close())
    this.#session = session
    return session
  }
}

test('no request is lost while the gateway is reloaded, upgraded by a push, and rolled back: kept connections, bodies, HTTP/2, WebSockets', async () => {
  await until(async () => (await post().catch(String)) === '200 true', 'it is reached')
  let isOver = false
  const answers = new Map<string, number>()
  const session = new Session()
  const count = (answer: string) => void answers.set(answer, (answers.get(answer) ?? 0) + 1)
  const over = async (kind: string, ask: () => Promise<string>) => {
    while (!isOver) count(`${kind} ${await ask().catch(String)}`)
  }
  const join = async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${ports.http}/`, { headers: { host: 'web.test' } })
    await once(socket, 'open')
    socket.terminate()
    await rest()
    return 'joined'
  }
  const workers = [over('h1', post), over('h1', post), over('h2', () => session.ask()), over('ws', join)]
  await host.ok('reload', 'local', 'gateway')
  await host.ask('pod.push', { name: 'gateway', code: `${built}\n// the next version\n`, file: 'pod.js' })
  await host.ok('reload', 'local', 'gateway')
  assert.match(await host.ok('status', 'local', 'gateway'), /\bv2\b/)
  await host.ok('rollback', 'local', 'gateway')
  isOver = true
  await Promise.all(workers)
  session.close()
  agent.destroy()
  assert.equal([...answers.keys()].sort(), ['h1 200 true', 'h2 200 true', 'ws joined'], JSON.stringify([...answers]))
  const { refused } = session
  assert.ok(refused.every(count => count === 1) && refused.length <= mostRefused, `refused: ${refused}`)
})

test.run()

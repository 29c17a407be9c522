// Sessions of real servers in this process, with a client that writes its frames by itself, since only so does it say when it knows.
import { once } from 'node:events'
import http2 from 'node:http2'
import net, { type AddressInfo } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { makeCertificate } from '../../../daemon/server/tls/make.ts'
import { type Session, Sessions, type Stream } from '../../../shim/port/sessions.ts'
import { until } from '../../until.ts'

const types = { headers: 1, reset: 3, settings: 4, ping: 6, goaway: 7 } as const
const ack = 1
const lastOfAll = 2 ** 31 - 1

type Frame = { type: number; flags: number; stream: number; payload: Buffer }

/** Speaks HTTP/2 as frames. `got`: all that came. */
class Client {
  readonly got: Frame[] = []
  #socket: net.Socket
  #rest = Buffer.alloc(0)
  #heard = Promise.withResolvers<void>()

  constructor(port: number) {
    this.#socket = net.connect(port, '127.0.0.1')
    this.#socket.on('data', (part: Buffer) => this.#read(part)).on('close', () => this.#heard.resolve())
    this.#socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
    this.send(types.settings, { flags: 0 })
  }

  send(type: number, { flags, stream = 0, payload = Buffer.alloc(0) }: Partial<Frame> & { flags: number }): void {
    const head = Buffer.alloc(9)
    head.writeUIntBE(payload.length, 0, 3)
    head[3] = type
    head[4] = flags
    head.writeUInt32BE(stream, 5)
    this.#socket.write(Buffer.concat([head, payload]))
  }

  /** GET / */
  ask(stream: number): void {
    this.send(types.headers, { flags: 0b101, stream, payload: Buffer.from([0x82, 0x84, 0x86, 0x41, 1, 0x61]) })
  }

  answer({ payload }: Frame): void {
    this.send(types.ping, { flags: ack, payload })
  }

  async frame(is: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const found = this.got.find(is)
      if (found) return found
      assert.not(this.#socket.destroyed, 'the connection has ended')
      await this.#heard.promise
    }
  }

  /** The ping that came after so many. */
  async ping(before: number): Promise<Frame> {
    const isPing = ({ type, flags }: Frame) => type === types.ping && flags === 0
    return await this.frame(frame => isPing(frame) && this.got.filter(isPing).indexOf(frame) === before)
  }

  async closed(): Promise<void> {
    if (!this.#socket.destroyed) await once(this.#socket, 'close')
  }

  end(): void {
    this.#socket.destroy()
  }

  #read(part: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, part])
    for (;;) {
      const { length } = this.#rest
      const end = length < 9 ? Number.POSITIVE_INFINITY : 9 + this.#rest.readUIntBE(0, 3)
      if (length < end) break
      const [type = 0, flags = 0] = this.#rest.subarray(3)
      this.got.push({ type, flags, stream: this.#rest.readUInt32BE(5), payload: this.#rest.subarray(9, end) })
      this.#rest = this.#rest.subarray(end)
    }
    this.#heard.resolve()
    this.#heard = Promise.withResolvers()
  }
}

async function standing(): Promise<{ server: http2.Http2Server; sessions: Sessions; port: number }> {
  const server = http2.createServer((_, response) => response.end('done'))
  const sessions = new Sessions()
  server.on('session', session => sessions.add(session as unknown as Session))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, sessions, port: (server.address() as AddressInfo).port }
}

const lastNumber = ({ payload }: Frame) => payload.readUInt32BE(0)
const isGoaway = ({ type }: Frame) => type === types.goaway
const isAnswer = (stream: number) => (frame: Frame) => frame.type === types.headers && frame.stream === stream

test('drain() answers each request that was sent before its client knew, also on a session that had none', async () => {
  const { server, sessions, port } = await standing()
  const client = new Client(port)
  try {
    await once(server, 'session')
    sessions.drain()
    client.answer(await client.ping(0))
    const told = await client.frame(isGoaway)
    assert.is(lastNumber(told), lastOfAll)
    // It has not looked at that yet.
    client.ask(1)
    await client.frame(isAnswer(1))
    client.ask(3)
    await client.frame(isAnswer(3))
    const asked = await client.ping(1)
    assert.ok(client.got.indexOf(asked) > client.got.indexOf(told), 'asked behind what it is to know')
    client.answer(asked)
    const last = await client.frame(frame => isGoaway(frame) && lastNumber(frame) !== lastOfAll)
    assert.is(lastNumber(last), 3)
    await client.closed()
    assert.not(client.got.some(({ type }) => type === types.reset))
  } finally {
    client.end()
    server.close()
  }
})

test('drain() tells a session that comes later, behind its settings', async () => {
  const { server, sessions, port } = await standing()
  sessions.drain()
  const client = new Client(port)
  try {
    client.ask(1)
    client.answer(await client.ping(0))
    client.answer(await client.ping(1))
    await client.closed()
    assert.is(client.got[0]?.type, types.settings)
    assert.ok(client.got.some(isAnswer(1)))
  } finally {
    client.end()
    server.close()
  }
})

/** A server with TLS, and a client of Node. `seen`: the streams that it has heard of. `ended`: how many of them are known to be over. */
async function secure(answer: (stream: http2.ServerHttp2Stream) => void) {
  const pair = await makeCertificate({ name: 'localhost', hosts: ['localhost'], now: new Date() })
  const server = http2.createSecureServer(pair)
  const sessions = new Sessions()
  const seen: http2.ServerHttp2Stream[] = []
  let ended = 0
  server.on('session', session => sessions.add(session as unknown as Session))
  server.on('stream', given => {
    const stream = given as http2.ServerHttp2Stream
    sessions.begin(stream as unknown as Stream)
    seen.push(stream)
    // Sessions have heard it before.
    stream.once('close', () => void ended++)
    answer(stream)
  })
  server.listen(0, 'localhost')
  await once(server, 'listening')
  const client = http2.connect(`https://localhost:${(server.address() as AddressInfo).port}`, { ca: pair.cert })
  const ask = () => client.request().setEncoding('utf8')
  return { server, sessions, seen, ended: () => ended, client, ask }
}

const answerAtOnce = (stream: http2.ServerHttp2Stream) => stream.end('done')

/** @returns what came; throws where the client was refused */
async function told(stream: http2.ClientHttp2Stream): Promise<string> {
  return (await stream.toArray()).join('')
}

for (const [name, before] of [
  ['has had no request', 0],
  ['has had some', 2],
] as const) {
  test(`drain() takes what comes next on a session with TLS that ${name}, and tells its client with the answer`, async () => {
    const { server, sessions, ended, client, ask } = await secure(answerAtOnce)
    try {
      await once(client, 'remoteSettings')
      for (let asked = 0; asked < before; asked++) assert.is(await told(ask()), 'done')
      await until(() => ended() === before, 'nothing is under way')
      sessions.drain()
      // Each is written at once with the others.
      assert.equal(await Promise.all([told(ask()), told(ask()), told(ask())]), ['done', 'done', 'done'])
      // Whoever waits for an answer before it asks again knows by then.
      assert.ok(client.closed)
      if (!client.destroyed) await once(client, 'close')
    } finally {
      client.destroy()
      server.close()
    }
  })
}

test('drain() takes the first request of a session with TLS that comes later', async () => {
  const { server, sessions, client, ask } = await secure(answerAtOnce)
  sessions.drain()
  try {
    assert.is(await told(ask()), 'done')
    assert.ok(client.closed)
  } finally {
    client.destroy()
    server.close()
  }
})

test('drain() tells a client with TLS at once where it waits for an answer, which it gets', async () => {
  const { server, sessions, seen, client, ask } = await secure(() => {})
  try {
    const answer = told(ask())
    await until(() => seen.length === 1, 'it is asked')
    const goaway = once(client, 'goaway')
    sessions.drain()
    await goaway
    seen[0]?.end('done')
    assert.is(await answer, 'done')
  } finally {
    client.destroy()
    server.close()
  }
})

test('drain() ends a session with TLS on which nothing comes', async () => {
  const { server, sessions, client } = await secure(answerAtOnce)
  try {
    await once(client, 'remoteSettings')
    sessions.drain()
    await once(client, 'close')
  } finally {
    client.destroy()
    server.close()
  }
})

test.run()

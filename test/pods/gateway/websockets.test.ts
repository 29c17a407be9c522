// WebSockets through the gateway, by a client and a server of `ws`, and by bytes: what the two sides say goes through as it is.
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { WebSocket, WebSocketServer } from 'ws'
import { frame } from './frame.ts'
import { readUntil, type Standing, standing } from './standing.ts'

const ask = 'GET /socket HTTP/1.1\r\nHost: example.com\r\nConnection: Upgrade\r\nUpgrade: bytes\r\n\r\n'

/** A client and the server's side of it. */
async function pair(
  at: Standing,
  server: WebSocketServer,
  options: WebSocket.ClientOptions = {},
): Promise<{ client: WebSocket; inner: WebSocket }> {
  const connected = once(server, 'connection')
  const client = new WebSocket(`ws://127.0.0.1:${at.port}/socket?a=b`, ['chat'], {
    host: 'example.com',
    headers: { host: 'example.com' },
    ...options,
  })
  const [[inner]] = await Promise.all([connected, once(client, 'open')])
  return { client, inner: inner as WebSocket }
}

/** Two bare connections that have been joined: what one side writes, the other one gets. */
async function joined(at: Standing): Promise<{ client: Socket; inner: Socket }> {
  const upgraded = once(at.pod, 'upgrade')
  const client = at.dial()
  client.allowHalfOpen = true
  client.on('error', () => {})
  client.write(ask)
  const [, inner] = (await upgraded) as [unknown, Socket]
  inner.on('error', () => {})
  inner.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: bytes\r\n\r\n')
  await readUntil(client, /\r\n\r\n$/)
  return { client, inner }
}

const none = () => {}

test('a request that brings a body, or would carry HTTP unseen, is brought as if it did not say Upgrade', async () => {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await textOf(request)
    response.end(`${request.method} ${request.headers.upgrade} ${body}`)
  }
  await standing(answer, async at => {
    at.pod.on('upgrade', (_, socket: Socket) => socket.end('HTTP/1.1 426 Upgrade Required\r\n\r\n'))
    const ask = (upgrade: string, more = '\r\n') =>
      at.raw(`POST / HTTP/1.1\r\nHost: example.com\r\nConnection: close, Upgrade\r\nUpgrade: ${upgrade}\r\n${more}`)
    assert.match(await ask('websocket', 'Content-Length: 4\r\n\r\nbody'), /POST undefined body$/)
    assert.match(await ask('websocket', 'Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n'), /undefined body$/)
    for (const one of ['h2c', 'websocket, H2C', 'h2c,websocket', 'TLS/1.0', 'HTTP/2.0', 'h2']) {
      assert.match(await ask(one), /POST undefined $/, one)
    }
    for (const one of ['websocket', 'h2c-not', 'bytes']) assert.match(await ask(one), /^HTTP\/1\.1 426 /, one)
  })
})

test('messages of 1 MB go both ways, compressed and not, and so do pings, fragments and the reasons of a close', async () => {
  await standing(none, async at => {
    for (const perMessageDeflate of [false, { threshold: 0 }]) {
      const server = new WebSocketServer({ server: at.pod, perMessageDeflate, maxPayload: 2 ** 22 })
      const { client, inner } = await pair(at, server, { perMessageDeflate })
      assert.is(client.protocol, 'chat')
      assert.is(client.extensions.includes('permessage-deflate'), perMessageDeflate !== false)
      inner.on('message', (data, isBinary) => inner.send(data, { binary: isBinary }))
      for (const message of [randomBytes(2 ** 20), Buffer.alloc(2 ** 20, 'text'), Buffer.alloc(0)]) {
        const back = once(client, 'message')
        client.send(message)
        const [got, isBinary] = await back
        assert.ok(isBinary)
        assert.is(digest(got as Buffer), digest(message))
      }
      // A ping between the fragments of one message.
      const pinged = once(inner, 'ping')
      const ponged = once(client, 'pong')
      const back = once(client, 'message')
      client.send('one ', { fin: false })
      client.ping('between')
      client.send('two', { fin: true })
      assert.is(String((await pinged)[0]), 'between')
      assert.is(String((await ponged)[0]), 'between')
      assert.is(String((await back)[0]), 'one two')
      const closed = once(client, 'close')
      inner.close(4321, 'that is why')
      const [code, why] = await closed
      assert.equal([code, String(why)], [4321, 'that is why'])
      const second = await pair(at, server, { perMessageDeflate })
      const innerClosed = once(second.inner, 'close')
      second.client.close(3000, 'enough')
      const [innerCode, innerWhy] = await innerClosed
      assert.equal([innerCode, String(innerWhy)], [3000, 'enough'])
      server.close()
      at.pod.removeAllListeners('upgrade')
    }
  })
})

test('a frame that is none reaches the other side, which says so itself', async () => {
  await standing(none, async at => {
    const server = new WebSocketServer({ server: at.pod })
    const { client, inner } = await pair(at, server)
    const failed = once(inner, 'error')
    const closed = once(client, 'close')
    // Reserved bits and an opcode that there is not, not masked.
    rawOf(client).write(Buffer.from([0x7f, 0x02, 0x61, 0x62]))
    assert.match((await failed)[0].message, /Invalid WebSocket frame/)
    assert.is((await closed)[0], 1002)
    server.close()
  })
})

/** A frame. `first`: its first byte, of FIN, reserved bits and opcode. */
const frameOf = (first: number, payload: string | Uint8Array, isMasked: boolean) =>
  frame({
    payload: Buffer.from(payload as string),
    opcode: first & 15,
    isLast: first >= 0x80,
    reserved: (first >> 4) & 7,
    isMasked,
  })

const [text, binary, ping] = [0x81, 0x82, 0x89]

/** What a client sends, or a pod, as the suite of Autobahn does: sizes, pings, reserved bits, opcodes, fragments, UTF-8, and codes of a close. */
function framesOf({ isMasked }: { isMasked: boolean }): { frames: Record<string, Buffer[]>; last: Buffer } {
  const sent = (first: number, payload: string | Uint8Array) => frameOf(first, payload, isMasked)
  const closing = (code: number, why: string | Uint8Array = '') =>
    sent(0x88, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(why as string)]))
  const frames = {
    ...Object.fromEntries(
      [0, 125, 126, 127, 128, 65_535, 65_536].map(size => [
        `${size} bytes`,
        [sent(text, 'x'.repeat(size)), sent(binary, Buffer.alloc(size, 1))],
      ]),
    ),
    'a ping of 125 bytes, and a pong that nobody asked for': [sent(ping, 'p'.repeat(125)), sent(0x8a, 'pong')],
    'a ping that is too long': [sent(ping, 'p'.repeat(126))],
    'a ping in two fragments': [sent(0x09, 'one'), sent(0x80, 'two')],
    'a reserved bit': [sent(0xc1, 'x')],
    'an opcode of data that there is not': [sent(0x83, 'x')],
    'an opcode of control that there is not': [sent(0x8b, 'x')],
    'fragments, with pings between them': [
      sent(0x01, 'one'),
      sent(ping, 'a'),
      sent(0x00, ''),
      sent(ping, 'b'),
      sent(0x80, 'two'),
    ],
    'a fragment of nothing': [sent(0x80, 'x')],
    'a message within another one': [sent(0x01, 'one'), sent(text, 'two')],
    'a character in two fragments': [sent(0x01, Buffer.from([0xe2, 0x82])), sent(0x80, Buffer.from([0xac]))],
    'a text that is no UTF-8': [sent(text, Buffer.from([0xce, 0xba, 0xed, 0xa0, 0x80]))],
    'a frame with a mask of the other side': [frameOf(text, 'x', !isMasked)],
    'a length that is longer than it need be': [
      Buffer.from(isMasked ? [text, 0xfe, 0, 1, 0, 0, 0, 0, 0x78] : [text, 0x7e, 0, 1, 0x78]),
    ],
    ...Object.fromEntries(
      [0, 999, 1000, 1001, 1004, 1005, 1006, 1007, 1011, 1016, 2000, 2999, 3000, 4999, 5000].map(code => [
        `a close with ${code}`,
        [closing(code, 'why')],
      ]),
    ),
    'a close without a code': [sent(0x88, '')],
    'a close with half a code': [sent(0x88, 'x')],
    'a close with the longest reason': [closing(1000, 'y'.repeat(123))],
    'a close with a reason that is too long': [closing(1000, 'y'.repeat(124))],
    'a close with a reason that is no UTF-8': [closing(1000, Buffer.from([0xff]))],
    'data behind a close': [closing(1000), sent(text, 'late')],
  }
  return { frames, last: closing(1000) }
}

/** @returns all that comes back behind the handshake */
async function answerTo(socket: Socket, parts: readonly Buffer[]): Promise<string> {
  const key = Buffer.alloc(16).toString('base64')
  socket.write(
    `GET / HTTP/1.1\r\nHost: example.com\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  )
  socket.on('error', () => {})
  const got: Buffer[] = []
  const { promise: isOpen, resolve } = Promise.withResolvers<void>()
  socket.on('data', (part: Buffer) => {
    got.push(part)
    if (Buffer.concat(got).includes('\r\n\r\n')) resolve()
  })
  await isOpen
  const isOver = once(socket, 'close')
  for (const part of parts) {
    socket.write(part)
    await new Promise(setImmediate)
  }
  await isOver
  const all = Buffer.concat(got)
  return all.subarray(all.indexOf('\r\n\r\n') + 4).toString('hex')
}

test('whatever frames a client sends, it gets the same answer through the gateway as without one, also byte by byte', async () => {
  await standing(none, async at => {
    const server = new WebSocketServer({ server: at.pod })
    server.on('connection', inner => {
      inner.on('error', none)
      inner.on('message', (data, isBinary) => inner.send(data, { binary: isBinary }))
    })
    const { port } = at.pod.address() as AddressInfo
    const { frames: all, last } = framesOf({ isMasked: true })
    for (const [what, frames] of Object.entries(all)) {
      const whole = [...frames, last]
      const bytes = Buffer.concat(whole)
      const single = bytes.length < 1000 ? [...bytes].map(byte => Buffer.from([byte])) : [bytes]
      const expected = await answerTo(at.dial(port), whole)
      assert.ok(expected.length >= 4, what)
      for (const parts of [whole, [bytes], single]) assert.is(await answerTo(at.dial(), parts), expected, what)
    }
    server.close()
  })
})

/** @returns what a client of `ws` makes of all that the pod sends it, until the connection is closed */
async function heardAt(port: number): Promise<unknown[]> {
  const headers = { host: 'example.com' }
  const client = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false, headers })
  const heard: unknown[] = []
  client.on('message', (data, isBinary) => heard.push(['message', digest(data as Buffer), isBinary]))
  for (const event of ['ping', 'pong'] as const) client.on(event, data => heard.push([event, String(data)]))
  client.on('error', ({ message }) => heard.push(['error', message]))
  const { promise, resolve } = Promise.withResolvers<unknown[]>()
  client.on('close', (code, why) => resolve([...heard, ['close', code, String(why)]]))
  return await promise
}

test('whatever frames a pod sends, its client makes the same of them through the gateway as without one, also byte by byte', async () => {
  await standing(none, async at => {
    let parts: readonly Buffer[] = []
    at.pod.on('upgrade', async ({ headers }, socket: Socket) => {
      socket.on('error', none).resume()
      const magic = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
      const accept = createHash('sha1').update(magic).digest('base64')
      const answer = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'
      socket.write(`${answer}Sec-WebSocket-Accept: ${accept}\r\n\r\n`)
      for (const part of parts) {
        socket.write(part)
        await new Promise(setImmediate)
      }
      socket.end()
    })
    const { port } = at.pod.address() as AddressInfo
    const { frames: all, last } = framesOf({ isMasked: false })
    for (const [what, frames] of Object.entries(all)) {
      const whole = [...frames, last]
      const bytes = Buffer.concat(whole)
      const single = bytes.length < 1000 ? [...bytes].map(byte => Buffer.from([byte])) : [bytes]
      parts = whole
      const expected = await heardAt(port)
      for (parts of [whole, [bytes], single]) assert.equal(await heardAt(at.port), expected, what)
    }
  })
})

test('bytes that mean nothing to the gateway go through as they are, in parts as small as can be', async () => {
  await standing(none, async at => {
    const { client, inner } = await joined(at)
    const bytes = randomBytes(512)
    const got = allOf(inner)
    for (const byte of bytes) {
      client.write(Buffer.from([byte]))
      if (byte % 16 === 0) await new Promise(setImmediate)
    }
    client.end()
    assert.is(digest(await got), digest(bytes))
    inner.end()
  })
})

test('a side that has said all goes on to hear the other one', async () => {
  await standing(none, async at => {
    for (const isClient of [true, false]) {
      const { client, inner } = await joined(at)
      const [first, second] = isClient ? [client, inner] : [inner, client]
      const [heard, answered] = [allOf(second), allOf(first)]
      first.end('all')
      assert.is(String(await heard), 'all')
      second.write('still ')
      second.end('here')
      assert.is(String(await answered), 'still here')
    }
  })
})

test('a side that breaks off breaks off the other one, whatever was under way', async () => {
  await standing(none, async at => {
    for (const isClient of [true, false]) {
      for (const bytes of [0, 1, 100_000]) {
        const { client, inner } = await joined(at)
        const [first, second] = isClient ? [client, inner] : [inner, client]
        const gone = once(second, 'close')
        // It may hear an end where the other side broke off, as always with TCP.
        second.resume().once('end', () => second.destroy())
        first.write(Buffer.alloc(bytes))
        first.resetAndDestroy()
        await gone
      }
    }
    while (Object.values(at.gateway.count().pods).some(({ sockets }) => sockets > 0)) await new Promise(setImmediate)
  })
})

test('a side that does not read makes the other one wait', async () => {
  await standing(none, async at => {
    const { client, inner } = await joined(at)
    const part = Buffer.alloc(65_536)
    let sent = 0
    while (client.writableLength < 2 ** 22 && sent < 2 ** 28) {
      client.write(part)
      sent += part.length
      await new Promise(setImmediate)
    }
    assert.ok(sent < 2 ** 27, `${sent} bytes were taken`)
    let got = 0
    const all = new Promise<void>(resolve => {
      inner.on('data', (bytes: Buffer) => {
        got += bytes.length
        if (got === sent) resolve()
      })
    })
    await all
    client.destroy()
    inner.destroy()
  })
})

/** The connection below a client. */
const rawOf = (client: WebSocket) => (client as unknown as { _socket: Socket })._socket

const digest = (bytes: Buffer) => createHash('sha1').update(bytes).digest('hex')

async function allOf(socket: Socket): Promise<Buffer> {
  const parts: Buffer[] = []
  socket.on('data', (part: Buffer) => parts.push(part))
  await once(socket, 'end')
  return Buffer.concat(parts)
}

test.run()

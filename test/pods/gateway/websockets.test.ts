// WebSockets through the gateway, by a client and a server of `ws`, and by bytes: what the two sides say goes through as it is.
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { WebSocket, WebSocketServer } from 'ws'
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

// Connections of real servers in this process. Not here: sockets that are held for a pod (e2e/ports.test.ts).
import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import net, { type AddressInfo } from 'node:net'
import tls from 'node:tls'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Connections } from '../../../shim/port/connections.ts'
import { until } from '../../until.ts'

const how = { timeoutMs: 1000, endsOwn: false }

async function listening(server: net.Server): Promise<{ port: number; connections: Connections }> {
  const connections = new Connections(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, connections }
}

/** Answers once it is told to. */
function slow(): { server: http.Server; answer: () => void; asked: Promise<void> } {
  const asked = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<void>()
  const server = http.createServer(async (_, response) => {
    asked.resolve()
    await answered.promise
    response.end('done')
  })
  return { server, answer: answered.resolve, asked: asked.promise }
}

test('drain() lets a request finish, and its client comes back by another connection', async () => {
  const { server, answer, asked } = slow()
  const { port, connections } = await listening(server)
  const agent = new http.Agent({ keepAlive: true })
  const response = once(http.get({ port, host: '127.0.0.1', agent }), 'response')
  await asked
  connections.drain(how)
  assert.is(connections.count, 1)
  answer()
  const [{ headers }] = (await response) as [http.IncomingMessage]
  assert.is(headers.connection, 'close')
  agent.destroy()
  await until(() => connections.count === 0, 'it is closed')
  server.close()
})

test('drain() answers what comes by a connection that was idle, and closes one that stays so', async () => {
  const server = http.createServer({ keepAliveTimeout: 300 }, (_, response) => response.end('done'))
  const { port, connections } = await listening(server)
  const client = net.connect(port, '127.0.0.1')
  const idle = net.connect(port, '127.0.0.1')
  let text = ''
  client.setEncoding('utf8').on('data', part => {
    text += part
  })
  idle.resume()
  await until(() => connections.count === 2, 'both are there')
  connections.drain(how)
  client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await Promise.all([once(client, 'close'), once(idle, 'close')])
  assert.match(text, /^HTTP\/1.1 200 OK\r\n(.*\r\n)*Connection: close\r\n/)
  await until(() => connections.count === 0, 'none is left')
  server.close()
})

test('drain() ends WebSockets with 1012, unless the pod does', async () => {
  for (const endsOwn of [false, true]) {
    const server = http.createServer()
    server.on('upgrade', (_, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
      // What a library does with the answer to its close.
      socket.once('data', () => socket.end())
    })
    const { port, connections } = await listening(server)
    const request = http.get({ port, host: '127.0.0.1', headers: { Connection: 'Upgrade', Upgrade: 'websocket' } })
    const [, socket] = (await once(request, 'upgrade')) as [unknown, net.Socket]
    connections.drain({ timeoutMs: 1000, endsOwn })
    if (endsOwn) socket.write('x')
    else assert.equal([...((await once(socket, 'data')) as [Buffer])[0]], [0x88, 2, 0x03, 0xf4])
    if (!endsOwn) socket.write('x')
    socket.resume()
    await once(socket, 'close')
    await until(() => connections.count === 0, 'it is closed')
    server.close()
  }
})

test('drain() says GOAWAY to a session of HTTP/2, whose streams finish', async () => {
  const streams: http2.Http2Stream[] = []
  const server = http2.createServer()
  server.on('stream', stream => void streams.push(stream))
  const { port, connections } = await listening(server)
  const client = http2.connect(`http://127.0.0.1:${port}`)
  const request = client.request({ ':path': '/' })
  await until(() => streams.length === 1, 'it is asked')
  const goaway = once(client, 'goaway')
  connections.drain(how)
  await goaway
  streams[0]?.end('done')
  assert.is((await request.setEncoding('utf8').toArray()).join(''), 'done')
  await until(() => connections.count === 0, 'it is closed')
  server.close()
})

test('drain() refuses no stream that a client began before it knew', async () => {
  const server = http2.createServer((_, response) => response.end('done'))
  const { port, connections } = await listening(server)
  const client = http2.connect(`http://127.0.0.1:${port}`)
  await once(client, 'remoteSettings')
  await until(() => connections.count === 1, 'the server has the session')
  connections.drain(how)
  // Sent in the same turn: it crosses the GOAWAY on its way.
  const stream = client.request({ ':path': '/' })
  try {
    const [{ ':status': status }] = await once(stream, 'response')
    assert.is(status, 200)
    stream.resume()
    await until(() => connections.count === 0, 'the session has ended')
  } finally {
    client.destroy()
    server.close()
  }
})

test('drain() leaves a plain connection to its two sides', async () => {
  const server = net.createServer(socket => socket.pipe(socket))
  const { port, connections } = await listening(server)
  const client = net.connect(port, '127.0.0.1')
  await until(() => connections.count === 1, 'it is there')
  connections.drain(how)
  client.write('hello')
  assert.is(String((await once(client, 'data'))[0]), 'hello')
  client.end()
  await until(() => connections.count === 0, 'it has ended')
  server.close()
})

test('a connection that TLS has not let in yet is waited for', async () => {
  const server = tls.createServer({})
  const { port, connections } = await listening(server)
  const client = net.connect(port, '127.0.0.1')
  await once(server, 'connection')
  connections.drain(how)
  assert.is(connections.count, 1)
  client.destroy()
  await until(() => connections.count === 0, 'it is gone')
  server.close()
})

/** A frame before the answer would be read as the answer. */
async function toldAfterItsAnswer(): Promise<void> {
  const server = http.createServer()
  const upgraded = once(server, 'upgrade')
  const { port, connections } = await listening(server)
  const client = net.connect(port, '127.0.0.1')
  const received: Buffer[] = []
  client.on('data', (part: Buffer) => received.push(part))
  client.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  const [, socket] = (await upgraded) as [unknown, net.Socket]
  connections.drain(how)
  const looked = performance.now()
  await until(() => performance.now() - looked > 100, 'it was looked at')
  socket.write('HTTP/1.1 101 Yes\r\n\r\n')
  await until(() => Buffer.concat(received).at(-1) === 0xf4, 'it is told')
  assert.match(String(Buffer.concat(received)), /^HTTP\/1\.1 101 Yes\r\n\r\n.{4}$/s)
  client.destroy()
  socket.destroy()
  await until(() => connections.count === 0, 'it is gone')
  server.close()
}

test('drain() tells a WebSocket 1012 also if it was asked for before and comes to be after that', async () => {
  const server = http.createServer()
  const upgraded = once(server, 'upgrade')
  const { port, connections } = await listening(server)
  const client = net.connect(port, '127.0.0.1')
  client.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  const [, socket] = (await upgraded) as [unknown, net.Socket]
  connections.drain({ ...how, endsOwn: true })
  client.destroy()
  socket.destroy()
  await until(() => connections.count === 0, 'one that the pod ends is left to it')
  await toldAfterItsAnswer()
  const other = http.createServer().on('upgrade', (_, late) => {
    late.resume().once('end', () => late.end())
    setImmediate(() => late.write('HTTP/1.1 101 Yes\r\n\r\n'))
  })
  const second = await listening(other)
  const late = net.connect(second.port, '127.0.0.1')
  await once(other, 'connection')
  second.connections.drain(how)
  late.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  const received: Buffer[] = []
  late.on('data', (part: Buffer) => received.push(part))
  await until(() => Buffer.concat(received).at(-1) === 0xf4, 'it is told')
  assert.match(String(Buffer.concat(received)), /^HTTP\/1.1 101/)
  late.destroy()
  await until(() => second.connections.count === 0, 'it is gone')
  for (const one of [server, other]) one.close()
})

test.run()

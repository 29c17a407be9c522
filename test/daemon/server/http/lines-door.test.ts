// Lines of JSON-RPC over WebSocket, with a dispatcher that echoes. Not here: sessions (lines/session.test.ts).
import { once } from 'node:events'
import net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Authority, Identity } from '../../../../daemon/server/access/authority.ts'
import { Answers } from '../../../../daemon/server/answers.ts'
import { makeHttpServer } from '../../../../daemon/server/http/http.ts'
import type { Client } from '../../../../daemon/server/lines/client.ts'
import type { Rpc } from '../../../../daemon/server/lines/rpc.ts'
import { Unread } from '../../../../daemon/server/unread.ts'
import type { Seams } from '../../../../daemon/system/seams.ts'
import { defaultSettings } from '../../../../protocol/settings.ts'

const settings = { ...defaultSettings, wrongTokenDelay: 1 }
const admin: Identity = { name: 'default', role: 'admin', path: '' }
const authority = {
  judge: (given: unknown) => (given === 'right' ? { identity: admin } : { refusal: 'The token is wrong' }),
  isValid: () => true,
  hold: () => () => {},
  presented: () => undefined,
} as unknown as Authority

type Door = { port: number; open: (path?: string, options?: object) => WebSocket }

async function door(work: (door: Door) => Promise<void>): Promise<void> {
  const rpc = {
    answer: async (message: { token?: unknown; id: number; params: unknown }, client: Client) => {
      if (!client.identity) client.authorize(message.token)
      return { jsonrpc: '2.0', id: message.id, result: client.identity ? message.params : 'unknown' }
    },
    room: () => undefined,
  } as unknown as Rpc
  const http = makeHttpServer({
    seams: { settings, log: { warn: () => {} } } as unknown as Seams,
    rpc,
    authority,
    answers: new Answers(),
    unread: new Unread(settings),
    isReady: () => true,
    metrics: async () => ({ type: 'text/plain', text: '' }),
    gitRoom: async () => ({ bytes: Number.POSITIVE_INFINITY, quota: undefined }),
  })
  const sockets = new Set<net.Socket>()
  const server = net.createServer({ pauseOnConnect: true, allowHalfOpen: true }, socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    http.serve(socket, { address: '192.0.2.1', welcome: () => {} })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  try {
    await work({
      port,
      open: (path = '/ws', options = {}) => new WebSocket(`ws://127.0.0.1:${port}${path}`, options as never),
    })
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  }
}

const line = (id: number, more: object = {}) =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'x', token: 'right', ...more })
const next = async (socket: WebSocket) =>
  JSON.parse(String(((await once(socket, 'message')) as [MessageEvent])[0].data))

test('openLines() takes a message for a line or more, with a newline at its end or not', async () => {
  await door(async ({ open }) => {
    const socket = open()
    await once(socket, 'open')
    const said: unknown[] = []
    const all = Promise.withResolvers<void>()
    socket.addEventListener('message', ({ data }) => {
      said.push(...String(data).trim().split('\n'))
      if (said.length === 3) all.resolve()
    })
    socket.send(line(1, { params: 'one' }))
    socket.send(`${line(2, { params: 'two' })}\n${line(3, { params: 'ü\u2028' })}\n`)
    await all.promise
    assert.equal(
      said.map(text => JSON.parse(String(text)).result),
      ['one', 'two', 'ü\u2028'],
    )
    socket.close()
    await once(socket, 'close')
  })
})

test('openLines() closes after the one line of a client that is not known', async () => {
  await door(async ({ open }) => {
    const socket = open()
    await once(socket, 'open')
    const answering = next(socket)
    socket.send(line(1, { token: 'wrong' }))
    assert.is((await answering).result, 'unknown')
    await once(socket, 'close')
  })
})

test('openLines() carries an answer that is larger than what a socket takes at once', async () => {
  await door(async ({ open }) => {
    const socket = open()
    await once(socket, 'open')
    const known = next(socket)
    socket.send(line(1))
    await known
    const answering = next(socket)
    socket.send(line(2, { params: 'x'.repeat(200_000) }))
    assert.is((await answering).result.length, 200_000)
    socket.close()
    await once(socket, 'close')
  })
})

test('openLines() refuses a page of a stranger before anything is said, and other paths', async () => {
  await door(async ({ port, open }) => {
    const asked = async (head: string[]) => {
      const socket = net.connect(port, '127.0.0.1')
      const handshake = [
        'upgrade: websocket',
        'connection: upgrade',
        'sec-websocket-version: 13',
        'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
      ]
      socket.write([...head, ...handshake, '', ''].join('\r\n'))
      const [chunk] = (await once(socket, 'data')) as [Buffer]
      socket.destroy()
      return chunk.toString().split('\r\n', 1)[0]?.split(' ')[1]
    }
    assert.is(await asked(['GET /ws HTTP/1.1', `host: 127.0.0.1:${port}`, 'origin: http://evil.example']), '403')
    assert.is(await asked(['GET /ws HTTP/1.1', 'host: evil.example']), '403')
    assert.is(await asked(['GET /rpc HTTP/1.1', `host: 127.0.0.1:${port}`]), '404')
    assert.is(await asked(['GET /ws HTTP/1.1', `host: 127.0.0.1:${port}`, `origin: http://127.0.0.1:${port}`]), '101')
    const socket = open('/other')
    await once(socket, 'error')
  })
})

test('openLines() closes on a message that is too long, and harms nobody else', async () => {
  await door(async ({ open }) => {
    const [long, other] = [open(), open()]
    await Promise.all([once(long, 'open'), once(other, 'open')])
    long.send('x'.repeat(300_000))
    const [{ code }] = (await once(long, 'close')) as [CloseEvent]
    assert.is(code, 1009)
    const answering = next(other)
    other.send(line(1, { params: 'well' }))
    assert.is((await answering).result, 'well')
    other.close()
    await once(other, 'close')
  })
})

test.run()

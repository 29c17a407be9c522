// Tunnels between two hosts in one process, over a real door and real ports. Not tested here: which host is taken, and a machine that loses its power.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { Duplex, Readable } from 'node:stream'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { PodHere } from '../../../../pods/fleet/direct/arrival.ts'
import { openDoor } from '../../../../pods/fleet/direct/door.ts'
import { type Side, spliced } from '../../../../pods/fleet/direct/spliced.ts'
import { openTunnel } from '../../../../pods/fleet/direct/tunnel.ts'
import { until } from '../../../until.ts'

const host = '127.0.0.1'
const secret = Buffer.alloc(32, 1)
/** On a machine that has much else to do. */
const patientMs = 60_000
const never = new AbortController().signal

/** A pod that is up on the host b, and does with each connection as it is told. */
async function hostWith(serve: (socket: Socket) => void, { most = 1000, pod = {} as Partial<PodHere> } = {}) {
  const accepted: Socket[] = []
  const server: Server = createServer({ allowHalfOpen: true }, socket => {
    accepted.push(socket)
    socket.on('error', () => {})
    serve(socket)
  })
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const web: PodHere = { status: 'up', up: 1, ports: [{ name: 'http', host, port }], ...pod }
  let key = 'key'
  const door = await openDoor({
    ...{ host, port: 0, keyOf: () => key, secretWith: () => secret, most: () => 1000, handshakeMs: patientMs },
    ...{ serve: () => async () => Buffer.from('answer'), tell: () => {} },
    tunnels: { most, here: name => (name === 'web' ? web : undefined) },
  })
  const to = { host, port: door.port, self: 'a', secret, openMs: patientMs }
  const opened: Side[] = []
  return {
    accepted,
    open: async (wanted = { pod: 'web', holds: false }): Promise<Side> => {
      const side = await openTunnel(to, wanted, never)
      opened.push(side)
      return side
    },
    /** The host a has another key from now on. */
    change: () => {
      key = 'another'
    },
    async [Symbol.asyncDispose]() {
      for (const { socket } of opened) socket.destroy()
      door.close()
      server.close()
      for (const socket of accepted) socket.destroy()
    },
  }
}

/** What comes until its end; unlike `buffer` of Node it does not end the other direction. */
async function allOf(socket: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).resume()
  await once(socket, 'end')
  return Buffer.concat(chunks)
}

/** However that comes about. */
async function closed(socket: Duplex): Promise<void> {
  socket.on('error', () => {})
  if (!socket.closed) await new Promise<void>(resolve => socket.on('close', () => resolve()))
}

const begun = async ({ socket }: Side): Promise<void> => {
  socket.resume()
  await once(socket, 'data')
  socket.pause()
}

const whyOf = async (opening: Promise<unknown>): Promise<string> =>
  await opening.then(
    () => 'it is there',
    error => `${error.why}: ${error.message}`,
  )

test('bytes go both ways, and either side may end before the other', async () => {
  const large = Buffer.alloc(5_000_000, 'p8a ')
  await using b = await hostWith(socket => {
    // It answers once the whole of what it is sent is there.
    void allOf(socket).then(all => socket.end(Buffer.concat([all, Buffer.from('end')])))
  })
  const { socket } = await b.open()
  socket.end(large)
  const answer = await allOf(socket)
  assert.ok(answer.equals(Buffer.concat([large, Buffer.from('end')])))
})

test('a pod may speak first, and end first', async () => {
  await using b = await hostWith(socket => {
    socket.end('hello')
    socket.resume()
  })
  const { socket } = await b.open()
  assert.is((await allOf(socket)).toString(), 'hello')
  socket.end('bye')
  await until(() => b.accepted[0]?.bytesRead === 3, 'the pod has it')
})

test('what is slow at one side is not read at the other', async () => {
  await using b = await hostWith(socket => (b.accepted.length === 1 ? socket.pause() : socket.pipe(socket)))
  // More than the buffers of all sockets on the way take.
  const large = Buffer.alloc(64_000_000)
  const { socket } = await b.open()
  socket.write(large)
  const other = await b.open()
  other.socket.end(large)
  assert.is((await allOf(other.socket)).length, large.length)
  // In the time in which as much went there and back elsewhere.
  assert.ok(socket.writableLength > 0)
  b.accepted[0]?.resume()
  await until(() => b.accepted[0]?.bytesRead === large.length, 'all has come')
})

test('a side that breaks off breaks off the other one', async () => {
  await using b = await hostWith(socket => socket.write('begun'))
  const one = await b.open()
  await begun(one)
  const ended = closed(one.socket)
  one.socket.resume()
  b.accepted[0]?.resetAndDestroy()
  await ended
  const other = await b.open()
  await begun(other)
  const local = createServer({ allowHalfOpen: true })
  local.listen(0, host)
  await once(local, 'listening')
  const client = connect((local.address() as AddressInfo).port, host)
  const [accepted] = (await once(local, 'connection')) as [Socket]
  const over = spliced({ socket: accepted }, other)
  const gone = closed(b.accepted[1] as Socket)
  client.resetAndDestroy()
  await Promise.all([over, gone])
  local.close()
})

test('there may be many at once, and no more than are allowed', async () => {
  const most = 40
  await using b = await hostWith(socket => socket.pipe(socket), { most })
  const all = await Promise.all(Array.from({ length: most }, () => b.open()))
  assert.match(await whyOf(b.open()), /^not_delivered: it has too many tunnels already$/)
  const answers = all.map(async ({ socket }, at) => {
    socket.end(`${at}`)
    return (await allOf(socket)).toString()
  })
  assert.equal(
    await Promise.all(answers),
    all.map((_, at) => `${at}`),
  )
  // There is room again once they are over.
  await until(async () => (await whyOf(b.open())) === 'it is there', 'there is room')
})

test('what is not there, not up, listens nowhere, or has no port that answers, is told as not delivered', async () => {
  await using b = await hostWith(() => {}, { pod: { status: 'waiting', up: 0 } })
  assert.match(await whyOf(b.open({ pod: 'other', holds: false })), /^not_delivered: pod "other" is not there$/)
  assert.match(await whyOf(b.open()), /^not_delivered: pod "web" is not up there$/)
  // Whoever wants to waits at its port.
  assert.is(await whyOf(b.open({ pod: 'web', holds: true })), 'it is there')
  await using silent = await hostWith(() => {}, { pod: { ports: [] } })
  assert.match(await whyOf(silent.open()), /listens nowhere there$/)
  await using broken = await hostWith(() => {}, { pod: { ports: [{ name: 'http', path: '/nowhere/web.sock' }] } })
  assert.match(await whyOf(broken.open()), /^not_delivered: .*ENOENT/)
  const ending = AbortSignal.abort()
  assert.match(
    await whyOf(openTunnel({ host, port: 1, self: 'a', secret }, { pod: 'web', holds: false }, ending)),
    /^not/,
  )
})

test('a host that is not in the fleet any more loses its tunnels, and gets no more', async () => {
  await using b = await hostWith(socket => socket.write('begun'))
  const side = await b.open()
  const { socket } = side
  await begun(side)
  const ended = closed(socket)
  b.change()
  socket.resume()
  await ended
})

test.run()

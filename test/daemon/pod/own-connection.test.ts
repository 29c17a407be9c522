// Connections to real servers; whose they are is what a test says.
import { once } from 'node:events'
import net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Acceptor, type Own, ownConnection, type WhoAccepts } from '../../../daemon/pod/own-connection.ts'
import { freePort } from '../../free-port.ts'

/** What comes of it at a server that does `serve` with each connection. */
async function tried(
  whoAccepts: WhoAccepts,
  { timeoutMs = 60_000, serve = (_: net.Socket) => {} } = {},
): Promise<Own | undefined> {
  const open: net.Socket[] = []
  const server = net.createServer(socket => {
    open.push(socket.on('error', () => {}))
    serve(socket)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  try {
    const own = await ownConnection(
      { host: '127.0.0.1', port: (server.address() as net.AddressInfo).port },
      { whoAccepts, timeoutMs },
    )
    if (own && 'socket' in own) own.socket.destroy()
    return own
  } finally {
    for (const socket of open) socket.destroy()
    server.close()
  }
}

test('ownConnection() tries until one is accepted by the run that is looked at', async () => {
  const answers: Acceptor[] = ['nobody', 'other', 'nobody', 'unseen', 'own']
  const asked: number[] = []
  const own = await tried(async ({ from }) => {
    asked.push(from)
    return answers.shift() as Acceptor
  })
  assert.ok(own && 'socket' in own)
  assert.is(new Set(asked).size, 2, 'each is another connection')
  assert.is(answers.length, 0)
})

test('ownConnection() tries with several at once, of which the first may wake another run each time', async () => {
  const asked: number[] = []
  const answers: Acceptor[] = ['other', 'other', 'other', 'own']
  const own = await tried(async ({ from }) => {
    asked.push(from)
    return answers.shift() as Acceptor
  })
  assert.ok(own && 'socket' in own)
  assert.equal([new Set(asked).size, answers.length], [4, 0])
})

test('ownConnection() says when others accept, and when nobody does', async () => {
  const others = await tried(async () => 'other', { timeoutMs: 1 })
  assert.match(others && 'problem' in others ? others.problem : '', /is served by other runs, and not by this one yet/)
  const nobody = await tried(async () => 'nobody', { timeoutMs: 1 })
  assert.match(nobody && 'problem' in nobody ? nobody.problem : '', /takes no connection yet/)
})

test('ownConnection() cannot tell of a port that refuses, or a connection that is over at once', async () => {
  assert.is(
    await ownConnection(
      { host: '127.0.0.1', port: await freePort() },
      { whoAccepts: async () => 'nobody', timeoutMs: 60_000 },
    ),
    undefined,
  )
  assert.is(await tried(async () => 'nobody', { serve: socket => socket.end('bye\n') }), undefined)
})

test('ownConnection() cannot tell where nobody is seen to have it', async () => {
  const asked: number[] = []
  const own = await tried(async ({ from }) => {
    asked.push(from)
    return 'unseen'
  })
  assert.is(own, undefined)
  assert.is(new Set(asked).size, 1)
  assert.ok(asked.length > 1, 'what has just been accepted may not be seen at once')
})

test('ownConnection() leaves no connection where it cannot be looked who has it', async () => {
  const closed = Promise.withResolvers<void>()
  const failed = tried(
    async () => {
      throw new Error('EMFILE')
    },
    { serve: socket => void socket.once('close', closed.resolve).resume() },
  )
  assert.match(await failed.catch(error => error.message), 'EMFILE')
  await closed.promise
})

test.run()

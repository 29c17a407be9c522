// Since when nothing goes on in a run, with real servers and clients. Not here: that its pod is put to sleep by that (e2e/sleep).
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Connections } from '../../shim/port/connections.ts'
import { Still } from '../../shim/still.ts'
import { until } from '../until.ts'

/** A server, and whether anything goes on in a run that has it alone. */
async function runWith(server: net.Server) {
  const { traffic } = new Connections(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  const calls = { busy: 0, begun: 0 }
  const still = new Still({ ports: () => traffic, busy: () => calls.busy, begun: () => calls.begun })
  return { still, port, calls, [Symbol.dispose]: () => server.close() }
}

async function connected(port: number, text?: string): Promise<net.Socket> {
  const socket = net.connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.on('error', () => {}).resume()
  if (text !== undefined) socket.write(text)
  return socket
}

/** Whether something is under way: then it was never still, not even for a moment. */
const isBusy = (still: Still) => !still.isStill(1)
const becomesStill = async (still: Still) => await until(() => still.isStill(20), 'it is still')

test('isStill() sees a request that is under way, also one whose client still sends', async () => {
  const answers: http.ServerResponse[] = []
  const server = http.createServer((_, answer) => void answers.push(answer))
  using run = await runWith(server)
  await becomesStill(run.still)
  await using upload = await connected(run.port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc')
  await until(() => answers.length === 1, 'it has begun')
  assert.ok(isBusy(run.still))
  answers[0]?.end('done')
  await becomesStill(run.still)
  assert.not(upload.destroyed, 'its connection is kept open, and means nothing')
})

test('isStill() sees an open WebSocket, however silent, until it is closed', async () => {
  const server = http.createServer()
  server.on('upgrade', (_, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n')
    socket
      .on('error', () => {})
      .on('end', () => socket.end())
      .resume()
  })
  using run = await runWith(server)
  const socket = await connected(
    run.port,
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
  )
  await until(() => isBusy(run.still), 'it is open')
  socket.end()
  await becomesStill(run.still)
})

test('isStill() sees bytes on a bare connection, and not one that is merely open', async () => {
  const server = net.createServer(socket => socket.on('error', () => {}).resume())
  using run = await runWith(server)
  await using socket = await connected(run.port)
  await becomesStill(run.still)
  socket.write('ping')
  await until(() => isBusy(run.still), 'it has heard that')
  await becomesStill(run.still)
})

test('isStill() does not see a check of the host', async () => {
  const answers: http.ServerResponse[] = []
  const server = http.createServer((_, answer) => void answers.push(answer))
  using run = await runWith(server)
  await using _check = await connected(run.port, 'GET /health HTTP/1.1\r\nHost: a\r\nUser-Agent: p8a check\r\n\r\n')
  await until(() => answers.length === 1, 'it is asked')
  await becomesStill(run.still)
})

test('isStill() sees calls that are under way, and those that came and went', async () => {
  using run = await runWith(net.createServer())
  await becomesStill(run.still)
  run.calls.begun++
  assert.ok(isBusy(run.still))
  await becomesStill(run.still)
  run.calls.busy++
  assert.ok(isBusy(run.still))
})

test('mayRest() refuses while somebody has just connected, unless that does not matter', async () => {
  using run = await runWith(http.createServer())
  await becomesStill(run.still)
  assert.ok(run.still.mayRest(1))
  await using _fresh = await connected(run.port)
  await until(() => !run.still.mayRest(1), 'it is noticed')
  assert.ok(run.still.mayRest(0))
})

test('becomes() resolves once nothing went on for so long, and rejects by its signal', async () => {
  using run = await runWith(net.createServer())
  await run.still.becomes(20, new AbortController().signal)
  run.calls.busy++
  const ending = new AbortController()
  const waiting = run.still.becomes(20, ending.signal)
  ending.abort(new Error('another host asks'))
  const error = await waiting.catch(error => error)
  assert.is(error.message, 'another host asks')
})

test.run()

// A pod that answers before it has the whole request, and closes: what it has sent before that is read.
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Connection } from '../../../pods/gateway/connection.ts'
import { addressOf } from '../../../pods/port-address.ts'
import { scratch } from '../../scratch.ts'
import { podOfBytes, standing } from './standing.ts'

const limits = { answerTimeoutMs: 60_000, maxHeadBytes: 1024 }
const early = 'HTTP/1.1 413 Content Too Large\r\nContent-Length: 8\r\n\r\nno, more'

test('Connection gives the answer of a pod that has closed meanwhile, though more of the request is written before that is read', async () => {
  using at = scratch()
  for (const place of [{ host: '127.0.0.1', port: 0 }, { path: at.path('pod.sock') }]) {
    const closed = Promise.withResolvers<void>()
    const server = createServer(socket => {
      socket.once('data', () => {
        socket.write(early)
        socket.destroy()
        closed.resolve()
      })
    })
    await once(server.listen(place), 'listening')
    const listens = server.address()
    const port = typeof listens === 'string' ? { path: listens } : { host: '127.0.0.1', port: listens?.port }
    const address = addressOf([{ name: 'main', ...port }])
    assert.ok(address)
    // All but the first go out in the turn in which the pod closes, so that no answer can have been read by then.
    const parts = (async function* () {
      yield Buffer.from('first')
      await closed.promise
      for (let left = 5; left > 0; left -= 1) yield Buffer.from('more')
    })()
    const connection = new Connection(address, limits, () => {})
    const question = { method: 'PUT', path: '/', headers: ['host', 'a'], body: { parts, length: undefined } }
    const got = Promise.withResolvers<string>()
    let text = ''
    connection.ask(question, {
      onInterim() {},
      onHead: ({ status }) => {
        text += `${status} `
      },
      onRead() {},
      onData: bytes => {
        text += String(bytes)
      },
      onEnd: () => got.resolve(text),
      onError: got.reject,
    })
    assert.is(await got.promise, '413 no, more', JSON.stringify(place))
    assert.not.ok(connection.isOpen)
    server.close()
  }
})

test('Connection takes an answer that ends with its connection for a part, where that was reset', async () => {
  const closed = Promise.withResolvers<void>()
  const server = createServer(socket => {
    socket.on('error', () => {})
    socket.once('data', () => {
      socket.write('HTTP/1.1 413 Content Too Large\r\n\r\nno')
      socket.resetAndDestroy()
      closed.resolve()
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = addressOf([{ name: 'main', ...(server.address() as { port: number }) }])
  assert.ok(address)
  const parts = (async function* () {
    yield Buffer.from('first')
    await closed.promise
    for (let left = 5; left > 0; left -= 1) yield Buffer.from('more')
  })()
  const ended = Promise.withResolvers<string>()
  new Connection(address, limits, () => {}).ask(
    { method: 'PUT', path: '/', headers: ['host', 'a'], body: { parts, length: undefined } },
    {
      onInterim() {},
      onHead() {},
      onRead() {},
      onData() {},
      onEnd: () => ended.resolve('whole'),
      onError: () => ended.resolve('broken off'),
    },
  )
  assert.is(await ended.promise, 'broken off')
  server.close()
})

test('Gateway gives each client the answer of a pod that answers early and closes, whichever way the body comes', async () => {
  const serve = (socket: Socket) =>
    socket.once('data', () => {
      socket.pause().write(early)
      setImmediate(() => socket.destroy())
    })
  await standing(
    () => {},
    async at => {
      await podOfBytes(at, serve, async () => {
        const ways = {
          length: 'Content-Length: 100000000',
          chunks: 'Transfer-Encoding: chunked',
          trailers: 'Trailer: X-Sum\r\nTransfer-Encoding: chunked',
        }
        for (const [way, lines] of Object.entries(ways)) {
          for (let turn = 0; turn < 10; turn += 1) {
            const client = at.dial()
            client.on('error', () => {})
            client.write(`PUT / HTTP/1.1\r\nHost: example.com\r\n${lines}\r\n\r\n`)
            const part = 'p'.repeat(0x4000)
            const isGoingOn = setInterval(() => client.write(way === 'length' ? part : `4000\r\n${part}\r\n`))
            let got = ''
            for await (const bytes of client) {
              got += String(bytes)
              if (got.endsWith('no, more')) break
            }
            clearInterval(isGoingOn)
            assert.match(got, /^HTTP\/1\.1 413 [\s\S]*\r\n\r\nno, more$/, `${way} ${turn}`)
          }
        }
      })
    },
  )
})

test.run()

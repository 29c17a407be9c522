// A connection to a pod: what it sends, what it does with what comes, and when it brings another request.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer, type Socket } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Connection, type Question } from '../../../pods/gateway/connection.ts'
import { Upstream } from '../../../pods/gateway/upstreams.ts'
import { listening, readAll, readUntil } from './standing.ts'

const limits = { answerTimeoutMs: 60_000, maxHeadBytes: 1024, connections: 0 }
const get: Question = { method: 'GET', path: '/', headers: ['host', 'a'], body: undefined }
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

/** A server that does what it likes with each connection, and the place where it listens. */
async function podOf(
  serve: (socket: Socket, count: number) => void,
  work: (address: { host: string; port: number }) => Promise<void>,
): Promise<void> {
  const sockets: Socket[] = []
  const server = createServer(socket => {
    socket.on('error', () => {})
    serve(socket, sockets.push(socket))
  })
  const port = await listening(server)
  try {
    await work({ host: '127.0.0.1', port })
  } finally {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
}

/** Asks, and resolves with the body, or fails as the connection does. */
async function answerOf(connection: Connection, question = get): Promise<string> {
  let body = ''
  return await new Promise((resolve, reject) => {
    connection.ask(question, {
      onInterim() {},
      onHead() {},
      onRead() {},
      onData: bytes => (body += String(bytes)),
      onEnd: () => resolve(body),
      onError: reject,
    })
  })
}

async function* partsOf(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text)
}

test('Connection sends the head as bytes, and a body in chunks where its length is not told', async () => {
  let got = Promise.resolve('')
  const serve = (socket: Socket) => {
    got = readUntil(socket, /\r\n0\r\n\r\n$/)
    void got.then(() => socket.write(ok))
  }
  await podOf(serve, async address => {
    const connection = new Connection(address, limits, () => {})
    const headers = ['host', 'a', 'X-A', '\xe9']
    const body = { parts: partsOf('hello', 'you'), length: undefined }
    assert.is(await answerOf(connection, { method: 'PUT', path: '/x', headers, body }), 'ok')
    const head =
      'PUT /x HTTP/1.1\r\nhost: a\r\nX-A: \ufffd\r\ntransfer-encoding: chunked\r\nconnection: keep-alive\r\n\r\n'
    assert.is(await got, `${head}5\r\nhello\r\n3\r\nyou\r\n0\r\n\r\n`)
    assert.ok(connection.isOpen)
    connection.close()
  })
})

test('Upstream asks over one connection as long as it stays, and over another one after that', async () => {
  const endings: Record<string, (socket: Socket) => void> = {
    'the pod says so': socket => socket.write(ok.replace('\r\n', '\r\nConnection: close\r\n')),
    'the pod closes at once': socket => socket.write(ok.replace('\r\n', '\r\nKeep-Alive: timeout=1\r\n')),
    'there is more than the answer': socket => socket.write(`${ok}more`),
    'the answer ends with the connection': socket => socket.end('HTTP/1.1 200 OK\r\n\r\nok'),
  }
  for (const [why, end] of Object.entries(endings)) {
    let connections = 0
    let asked = 0
    const serve = (socket: Socket, count: number) => {
      connections = count
      socket.on('data', () => {
        asked += 1
        if (asked === 3) end(socket)
        else socket.write(ok)
      })
    }
    await podOf(serve, async address => {
      const upstream = new Upstream(address, limits)
      for (let turn = 1; turn <= 4; turn += 1) {
        const connection = upstream.take()
        assert.is(await answerOf(connection), 'ok', why)
        upstream.give(connection)
        assert.is(connections, turn <= 3 ? 1 : 2, `${why}, turn ${turn}`)
      }
      upstream.close()
    })
  }
})

test('Connection ends where a pod sends what nobody has asked for, and where it is told to once it is idle', async () => {
  let served: Socket | undefined
  const serve = (socket: Socket) => {
    served = socket
    socket.on('data', () => socket.write(ok))
  }
  await podOf(serve, async address => {
    const ended = Promise.withResolvers<void>()
    const connection = new Connection(address, limits, ended.resolve)
    assert.is(await answerOf(connection), 'ok')
    served?.write(ok)
    await ended.promise
    assert.not.ok(connection.isOpen)
    const other = new Connection(address, limits, () => {})
    const answering = answerOf(other)
    other.close()
    assert.is(await answering, 'ok')
    assert.not.ok(other.isOpen)
  })
})

test('Connection does not stay after an answer to what it has not sent to the end', async () => {
  const serve = (socket: Socket) => socket.once('data', () => socket.write(ok))
  await podOf(serve, async address => {
    const connection = new Connection(address, limits, () => {})
    const rest = Promise.withResolvers<Buffer>()
    async function* parts(): AsyncGenerator<Buffer> {
      yield Buffer.from('be')
      yield await rest.promise
    }
    const body = { parts: parts(), length: 5 }
    const headers = ['host', 'a', 'content-length', '5']
    assert.is(await answerOf(connection, { method: 'PUT', path: '/', headers, body }), 'ok')
    assert.not.ok(connection.isOpen)
    rest.resolve(Buffer.from('gun'))
  })
})

test('Connection says whether anybody can have seen what failed, and that nobody answered in time', async () => {
  const nobody = new Connection({ host: '127.0.0.1', port: 1 }, limits, () => {})
  const refused = await answerOf(nobody).catch(error => error)
  assert.equal([refused.code, nobody.isConnected], ['ECONNREFUSED', false])
  await podOf(
    () => {},
    async address => {
      const silent = new Connection(address, { ...limits, answerTimeoutMs: 1 }, () => {})
      const late = await answerOf(silent).catch(error => error)
      assert.is(late.code, 'ANSWER_TIMEOUT')
      const left = new Connection(address, limits, () => {})
      const answering = answerOf(left).catch(error => error)
      left.destroy(new Error('gone'))
      assert.is((await answering).message, 'gone')
    },
  )
})

test('Connection breaks off a request whose body is not as long as it says', async () => {
  const got = Promise.withResolvers<string>()
  const serve = (socket: Socket) => void readAll(socket).then(got.resolve)
  await podOf(serve, async address => {
    const connection = new Connection(address, limits, () => {})
    const body = { parts: partsOf('be'), length: 5 }
    const question = { method: 'PUT', path: '/', headers: ['host', 'a', 'content-length', '5'], body }
    const failed = await answerOf(connection, question).catch(error => error)
    assert.is(failed.message, 'The request has 2 bytes, and says 5')
    assert.not.match(await got.promise, /begun/)
    assert.not.ok(connection.isOpen)
  })
})

test('Connection takes nothing of a body as long as the pod is not reached', async () => {
  let isTaken = false
  async function* parts(): AsyncGenerator<Buffer> {
    isTaken = true
    yield Buffer.from('begun')
  }
  const nobody = new Connection({ host: '127.0.0.1', port: 1 }, limits, () => {})
  const question = { method: 'PUT', path: '/', headers: ['host', 'a'], body: { parts: parts(), length: undefined } }
  const refused = await answerOf(nobody, question).catch(error => error)
  assert.equal([refused.code, nobody.isConnected, isTaken], ['ECONNREFUSED', false, false])
})

test('Connection sends nothing of a body beyond its length, which would be another request', async () => {
  const got = Promise.withResolvers<string>()
  const serve = (socket: Socket) => void readAll(socket).then(got.resolve)
  await podOf(serve, async address => {
    const connection = new Connection(address, limits, () => {})
    const body = { parts: partsOf('four', 'GET / HTTP/1.1'), length: 4 }
    const question = { method: 'PUT', path: '/', headers: ['host', 'a', 'content-length', '4'], body }
    const failed = await answerOf(connection, question).catch(error => error)
    assert.match(failed.message, 'says 4')
    assert.not.match(await got.promise, /GET/)
  })
})

test('Connection reads on for the next request, though it was paused as the last answer ended', async () => {
  const chunk = '2\r\nok\r\n'
  const serve = (socket: Socket) =>
    socket.on('data', () =>
      socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}0\r\n\r\n`),
    )
  await podOf(serve, async address => {
    const connection = new Connection(address, limits, () => {})
    const ended = Promise.withResolvers<void>()
    connection.ask(get, {
      onInterim() {},
      onHead() {},
      onRead() {},
      onData: () => connection.pause(),
      onEnd: () => ended.resolve(),
      onError: ended.reject,
    })
    await ended.promise
    assert.is(await answerOf(connection), 'okok')
    connection.close()
  })
})

test('Connection is closed when it was idle for long enough, though it was silent for as long before', async () => {
  const sockets: Socket[] = []
  const onSocket = (message: unknown) => void sockets.push((message as { socket: Socket }).socket)
  subscribe('net.client.socket', onSocket)
  const asked = Promise.withResolvers<Socket>()
  await podOf(
    socket => socket.once('data', () => asked.resolve(socket)),
    async address => {
      const connection = new Connection(address, limits, () => {})
      unsubscribe('net.client.socket', onSocket)
      const [socket] = sockets
      const answer = answerOf(connection)
      const pod = await asked.promise
      socket?.emit('timeout')
      assert.ok(connection.isOpen, 'while it is asked')
      pod.write(ok)
      assert.is(await answer, 'ok')
      assert.ok(connection.isOpen)
      socket?.emit('timeout')
      assert.not.ok(connection.isOpen)
    },
  )
})

test('Connection gives a pod the time for its answer anew whenever that takes more of the body', async () => {
  const set = globalThis.setTimeout
  let begun = 0
  const timer = {
    unref: () => timer,
    refresh() {
      begun += 1
    },
  }
  const serve = (socket: Socket) => {
    socket.on('data', bytes => {
      if (String(bytes).endsWith('last')) socket.write(ok)
    })
  }
  await podOf(serve, async address => {
    globalThis.setTimeout = (() => timer) as unknown as typeof set
    const connection = new Connection(address, limits, () => {})
    globalThis.setTimeout = set
    const parts = [...Array.from({ length: 20 }, () => 'x'.repeat(1_000_000)), 'last']
    const body = { parts: partsOf(...parts), length: 20_000_004 }
    const headers = ['host', 'a', 'content-length', '20000004']
    assert.is(await answerOf(connection, { method: 'PUT', path: '/', headers, body }), 'ok')
    // Each part is more than is taken at once.
    assert.ok(begun > 20, `${begun} times`)
    connection.close()
  })
})

test('Connection reads nothing while it is paused, and goes on where it was', async () => {
  const size = 4_000_000
  let written = Promise.resolve()
  const serve = (socket: Socket) =>
    socket.once('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`)
      // A system may take all of it at once: then there is no drain.
      written = new Promise(resolve => socket.write(Buffer.alloc(size, 'x'), () => resolve()))
    })
  await podOf(serve, async address => {
    const connection = new Connection(address, limits, () => {})
    let bytes = 0
    let isPaused = false
    await new Promise<void>((resolve, reject) => {
      connection.ask(get, {
        onInterim() {},
        onHead() {},
        onData: part => {
          assert.not(isPaused)
          bytes += part.length
        },
        onRead: () => {
          isPaused = true
          connection.pause()
          setImmediate(() => {
            isPaused = false
            connection.resume()
          })
        },
        onEnd: () => resolve(),
        onError: reject,
      })
    })
    await written
    assert.is(bytes, size)
    connection.close()
  })
})

test.run()

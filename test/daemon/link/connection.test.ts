import net from 'node:net'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Connection } from '../../../daemon/link/connection.ts'
import type { ToHost } from '../../../protocol/link.ts'
import type { Handlers } from '../../../protocol/peer.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'
import { until } from '../../until.ts'

/** A connection, and the socket of whoever dialled. */
async function dialled({ authTimeout = 60_000, maxLineBytes = 1000 } = {}) {
  const at = scratch()
  const said: string[] = []
  const say = (_: string, message: string) => void said.push(message)
  const made = Promise.withResolvers<Connection>()
  const handlers = { ready: () => null } as unknown as Handlers<ToHost>
  let closed = 0
  const server = net.createServer(socket =>
    made.resolve(
      new Connection(socket, {
        settings: { authTimeout, maxLineBytes },
        log: { info: say, warn: say, error: say, close: () => {} },
        handlersOf: () => handlers,
        onClosed: () => closed++,
      }),
    ),
  )
  const path = join(at.dir, 'link')
  await new Promise<void>(resolve => server.listen(path, resolve))
  const socket = net.connect(path)
  const isClosed = new Promise<void>(resolve => socket.on('close', () => resolve()))
  let answer = ''
  socket.on('data', data => (answer += data))
  const answers = async () => {
    while (!answer.endsWith('\n')) await new Promise(resolve => socket.once('data', resolve))
    return answer.trimEnd().split('\n')
  }
  socket.on('error', () => {})
  return {
    connection: await made.promise,
    socket,
    isClosed,
    answers,
    said,
    closed: () => closed,
    async [Symbol.asyncDispose]() {
      socket.destroy()
      await new Promise(resolve => server.close(resolve))
      at[Symbol.dispose]()
    },
  }
}

test('a connection is closed that shows no ticket in time', async () => {
  await using dial = await dialled({ authTimeout: 5 })
  await dial.isClosed
  await until(() => dial.closed() === 1, 'it has heard of its end', { everyMs: 1 })
  assert.equal(dial.said, [])
})

test('welcome() ends the deadline', async () => {
  await using dial = await dialled({ authTimeout: 5 })
  dial.connection.welcome()
  // A timer of that length that is set now comes after the one of the deadline.
  await new Promise(resolve => setTimeout(resolve, 5))
  dial.socket.write('{"jsonrpc":"2.0","id":1,"method":"ready","params":{}}\n')
  assert.equal(await dial.answers(), ['{"jsonrpc":"2.0","id":1,"result":null}'])
})

for (const [what, bytes] of [
  ['no JSON', 'hello\n'],
  ['no message', '[1]\n'],
  ['a line without an end', 'x'.repeat(1024 * 1024 + 1)],
] as const) {
  test(`a connection that sends ${what} is closed, and that is told`, async () => {
    await using dial = await dialled()
    dial.socket.write(bytes)
    await dial.isClosed
    await until(() => dial.closed() === 1, 'it has heard of its end', { everyMs: 1 })
    assert.equal(dial.said, ['a connection sent nonsense and was closed'])
  })
}

test('welcome() lets lines be longer', async () => {
  await using dial = await dialled({ maxLineBytes: 1000 })
  dial.connection.welcome()
  const params = { text: 'x'.repeat(1024 * 1024) }
  dial.socket.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ready', params })}\n`)
  assert.equal(await dial.answers(), ['{"jsonrpc":"2.0","id":1,"result":null}'])
  dial.socket.write(`"${'x'.repeat(1024 * 1024 + 1000)}"\n`)
  await dial.isClosed
})

test('run fails where none is at the other end', async () => {
  await using dial = await dialled()
  await failsWith('unauthorized', () => dial.connection.run)
})

test('whoever has asked the other end is told that it is gone', async () => {
  await using dial = await dialled()
  const asked = failsWith('pod_not_up', () => dial.connection.peer.request('check', { timeoutMs: 1000 }))
  dial.socket.destroy()
  await asked
  assert.is(dial.closed(), 1)
})

test.run()

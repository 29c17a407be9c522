// Who holds a claim, by what it says and by what the kernel knows.
import { once } from 'node:events'
import net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { findHolder } from '../../../daemon/boot/claim-holder.ts'

/** Somebody in this process who answers whoever asks at an abstract socket. */
async function holding(answer: (socket: net.Socket) => void, work: (name: string) => Promise<void>) {
  const name = `\0p8a-test-${process.pid}-${Math.random()}`
  const sockets = new Set<net.Socket>()
  const server = net.createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    answer(socket)
  })
  server.listen(name)
  await once(server, 'listening')
  try {
    await work(name)
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
}

const since = '2026-11-20T10:00:00.000Z'
const says = (text: string) => (socket: net.Socket) => void socket.end(text)

test('findHolder() believes a holder that says the pid which the kernel knows', async () => {
  await holding(says(JSON.stringify({ pid: process.pid, since })), async name => {
    assert.equal(await findHolder(name), { holder: { pid: process.pid, since } })
  })
})

test('findHolder() believes the kernel where the holder says another pid, nonsense, or too much', async () => {
  for (const text of [
    JSON.stringify({ pid: 1, since }),
    'nonsense',
    '{}',
    '{"pid":"1"}',
    `{"pid":1,"x":"${'x'.repeat(2000)}`,
  ])
    await holding(says(text), async name => {
      assert.equal(await findHolder(name), { holder: { pid: process.pid } }, text.slice(0, 20))
    })
})

test('findHolder() finds nobody where nobody listens', async () => {
  assert.equal(await findHolder(`\0p8a-test-nobody-${process.pid}`), {})
})

test.run()

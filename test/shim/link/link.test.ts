import net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { ToHost, ToShim } from '../../../protocol/link.ts'
import type { Handlers, Peer } from '../../../protocol/peer.ts'
import { Link } from '../../../shim/link/link.ts'
import { failsWith } from '../../fails.ts'
import { type Scratch, scratch } from '../../scratch.ts'
import { until } from '../../until.ts'

let isOver = false
test.after(() => {
  isOver = true
})

/** A host that listens, and answers each request by its method. */
async function listen(at: Scratch) {
  const sockets: net.Socket[] = []
  const lines: string[] = []
  const server = net.createServer(socket => {
    sockets.push(socket)
    socket.on('data', data => {
      for (const line of String(data).trim().split('\n')) {
        lines.push(line)
        const { id, method } = JSON.parse(line)
        if (id !== undefined && method !== 'check') socket.write(`{"jsonrpc":"2.0","id":${id},"result":"${method}"}\n`)
      }
    })
  })
  await new Promise<void>(resolve => server.listen(at.path('link.sock'), resolve))
  const go = async () => {
    const closed = new Promise(resolve => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  return { lines, go, say: (text: string) => sockets.at(-1)?.write(text) }
}

function dialled(at: Scratch) {
  const shouldRedial = () => {
    // A link dials for ever.
    if (isOver) process.exit()
    return true
  }
  const link = new Link({ socket: at.path('link.sock'), shouldRedial })
  let connections = 0
  const handlers = { check: () => ({ status: 'up' }) } as unknown as Handlers<ToShim>
  const onConnected = (peer: Peer<ToHost, ToShim>) => {
    connections++
    peer.notify('ready', {})
  }
  link.dial({ handlers, onConnected })
  return { link, connections: () => connections }
}

test('connected() waits for a host, however late that comes, whose first message is the hello', async () => {
  using at = scratch()
  const { link } = dialled(at)
  assert.is(link.peer, undefined)
  const asked = link.connected().then(peer => peer.request('hello', {} as never))
  const host = await listen(at)
  assert.is(await asked, 'hello' as unknown)
  assert.match(host.lines[0] ?? '', '"method":"ready"')
  assert.is(await link.connected(), link.peer)
  host.say('{"jsonrpc":"2.0","id":7,"method":"check","params":{}}\n')
  await until(() => host.lines.some(line => line.includes('"id":7,"result":{"status":"up"}')), 'it has answered')
  await host.go()
  await until(() => link.peer === undefined, 'it is gone')
})

test('a link whose host is gone fails what is under way, and dials the next', async () => {
  using at = scratch()
  const first = await listen(at)
  const { link, connections } = dialled(at)
  const peer = await link.connected()
  const gone = failsWith('host_gone', () => peer.request('check' as never, {} as never))
  await until(() => first.lines.some(line => line.includes('check')), 'it is asked')
  await first.go()
  await gone
  const second = await listen(at)
  assert.is.not(await link.connected(), peer)
  assert.is(connections(), 2)
  await second.go()
})

test.run()

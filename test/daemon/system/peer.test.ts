import { once } from 'node:events'
import net from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { peerPid } from '../../../daemon/system/peer.ts'
import { needs } from '../../needs.ts'
import { scratch } from '../../scratch.ts'

const test = suite('peer')

needs(test, 'node:ffi')('peerPid() is the process at the other end, as long as the connection is open', async () => {
  using at = scratch()
  const server = net.createServer().listen(at.path('x.sock'))
  await once(server, 'listening')
  const accepted = once(server, 'connection') as Promise<[net.Socket]>
  const client = net.connect(at.path('x.sock'))
  const [socket] = await accepted
  assert.is(peerPid(socket), process.pid)
  socket.destroy()
  assert.is(peerPid(socket), undefined)
  client.destroy()
  server.close()
})

test.run()

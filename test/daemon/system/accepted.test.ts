// Who has accepted a connection, with real ones.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { acceptedIn, hasAccepted } from '../../../daemon/system/accepted.ts'
import { needs } from '../../needs.ts'
import { until } from '../../until.ts'

const rows = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 100 1 0000 100 0 0 10 0
   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 0 1 0000 20 4 30 10 -1
   2: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 101 1 0000 20 4 30 10 -1
   3: 0100007F:1F90 0100007F:C351 01 00000000:00000000 00:00000000 00000000     0        0 102 1 0000 20 4 30 10 -1
   4: 0100007F:1F90 0100007F:C353 03 00000000:00000000 01:00000064 00000000     0        0 0 1 0000
`

test('acceptedIn() finds the side of the server, once that is accepted', () => {
  assert.is(acceptedIn(rows, { port: 8080, from: 50_000 }), undefined)
  assert.is(acceptedIn(rows, { port: 8080, from: 50_001 }), '102')
  assert.is(acceptedIn(rows, { port: 50_000, from: 8080 }), '101')
  assert.is(acceptedIn(rows, { port: 8080, from: 50_002 }), undefined)
  assert.is(acceptedIn(rows, { port: 8080, from: 50_003 }), 'deferred')
})

needs(test, 'linux')(
  'hasAccepted() tells the process that has accepted from another one, and nothing before that',
  async () => {
    // It has the socket from its parent, and accepts once it is told to.
    const program = "process.stdin.once('data', () => require('node:net').createServer().listen({ fd: 3 }))"
    const server = net.createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as net.AddressInfo
    const { fd } = (server as net.Server & { _handle: { fd: number } })._handle
    const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'inherit', 'inherit', fd] })
    const ended = once(child, 'exit')
    server.close()
    const socket = net.connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      const made = { port, from: socket.localPort as number }
      assert.is(await hasAccepted(child.pid as number, made), undefined)
      child.stdin?.write('\n')
      await until(async () => await hasAccepted(child.pid as number, made), 'it is accepted')
      assert.is(await hasAccepted(2 ** 22 + 1, made), false)
      assert.is(await hasAccepted(process.pid, made), true, 'what it has started counts')
    } finally {
      socket.destroy()
      child.kill('SIGKILL')
      await ended
    }
  },
)

test.run()

// Sockets that one host has, and the next. Not here: that they come over processes (e2e/upgrade.test.ts).
import { once } from 'node:events'
import net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Listeners } from '../../../daemon/system/listeners.ts'
import { bind } from '../../../shim/port/handle.ts'

test('open() opens a socket, or takes the one that was given, once', async () => {
  // Bound, as one that another process listens at.
  const { fd } = bind({ name: 'main', host: '127.0.0.1', port: 0 })
  const listeners = new Listeners(new Map([['port', fd]]))
  const [given, opened] = [net.createServer(), net.createServer()]
  assert.is(await listeners.open('port', given, { port: 1 }), true)
  assert.is.not((given.address() as net.AddressInfo).port, 1)
  assert.equal(listeners.descriptors, [['port', fd]])
  assert.is(await listeners.open('shell', opened, { port: 0, host: '127.0.0.1' }), false)
  assert.equal(
    listeners.descriptors.map(([name]) => name),
    ['port', 'shell'],
  )
  for (const server of [given, opened]) server.close()
})

test('cut() closes servers, and the connections that came by them', async () => {
  const listeners = new Listeners()
  const server = net.createServer(socket => socket.resume())
  await listeners.open('port', server, { port: 0, host: '127.0.0.1' })
  const socket = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1').resume()
  await Promise.all([once(socket, 'connect'), once(server, 'connection')])
  assert.not.ok(listeners.areKept)
  listeners.keep()
  assert.ok(listeners.areKept)
  const ended = [once(socket, 'close'), once(server, 'close')]
  listeners.cut()
  await Promise.all(ended)
})

test.run()

// Connections that wait to be known, with sockets that only can be destroyed.
import { EventEmitter } from 'node:events'
import type net from 'node:net'
import { mock } from 'node:test'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Doorstep } from '../../../daemon/server/doorstep.ts'

class FakeSocket extends EventEmitter {
  readonly remoteAddress: string
  isDestroyed = false

  constructor(remoteAddress: string) {
    super()
    this.remoteAddress = remoteAddress
  }

  destroy(): void {
    this.isDestroyed = true
    this.emit('close')
  }
}

test.before.each(() => mock.timers.enable({ apis: ['setTimeout', 'setInterval'] }))
test.after.each(() => mock.timers.reset())

function admit(doorstep: Doorstep, address: string) {
  const socket = new FakeSocket(address)
  return { socket, visitor: doorstep.admit(socket as unknown as net.Socket) }
}

test('who says nothing in time has to go; who is welcome stays', () => {
  const doorstep = new Doorstep({ authTimeout: 1000, maxUnauthorizedConnections: 10 })
  const [silent, known] = [admit(doorstep, '192.0.2.1'), admit(doorstep, '192.0.2.1')]
  known.visitor.welcome()
  assert.is(doorstep.size, 1)
  mock.timers.tick(1000)
  assert.equal([silent.socket.isDestroyed, known.socket.isDestroyed, doorstep.size], [true, false, 0])
})

test('where there is no room, the oldest goes of the address that has the most', () => {
  const doorstep = new Doorstep({ authTimeout: 1000, maxUnauthorizedConnections: 3 })
  const other = admit(doorstep, '192.0.2.2').socket
  const flood = Array.from({ length: 5 }, () => admit(doorstep, '192.0.2.1').socket)
  assert.equal(
    flood.map(({ isDestroyed }) => isDestroyed),
    [true, true, true, false, false],
  )
  assert.is(other.isDestroyed, false)
  assert.is(doorstep.size, 3)
})

test('one that goes by itself makes room, and nothing is left of it', () => {
  const doorstep = new Doorstep({ authTimeout: 1000, maxUnauthorizedConnections: 1 })
  const first = admit(doorstep, '192.0.2.1')
  first.socket.emit('close')
  const { socket } = admit(doorstep, '192.0.2.1')
  assert.equal([socket.isDestroyed, doorstep.size, first.socket.listenerCount('close')], [false, 1, 0])
})

test.run()

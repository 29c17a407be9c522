import type net from 'node:net'
import { Writable } from 'node:stream'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { drained } from '../../../daemon/server/drained.ts'

/** A socket that takes what was written once it is told to. */
function socketThatWaits() {
  let take = () => {}
  const socket = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => (take = done) })
  return { socket: socket as unknown as net.Socket, take: () => take() }
}

test('drained() resolves at once where nothing waits, and once what waits was taken', async () => {
  const { socket, take } = socketThatWaits()
  await drained(socket)
  socket.write('more than it takes')
  let isDrained = false
  const waiting = drained(socket).then(() => {
    isDrained = true
  })
  await Promise.resolve()
  assert.is(isDrained, false)
  take()
  await waiting
})

test('drained() resolves when the socket is gone', async () => {
  const { socket } = socketThatWaits()
  socket.write('more than it takes')
  const waiting = drained(socket)
  socket.destroy()
  await waiting
  await drained(socket)
  assert.is(socket.destroyed, true)
})

test.run()

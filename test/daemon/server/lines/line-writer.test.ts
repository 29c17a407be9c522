// What goes out of a connection, on one whose other end takes what the test says. Not here: sockets (session.test.ts).
import { Duplex } from 'node:stream'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { LineWriter, toLine } from '../../../../daemon/server/lines/line-writer.ts'
import { Unread } from '../../../../daemon/server/unread.ts'
import type { Seams } from '../../../../daemon/system/seams.ts'
import { defaultSettings } from '../../../../protocol/settings.ts'

/** A writer to a client that takes one chunk each time the test says so. */
function opened({ isKnown = true, inAll = 1000 } = {}) {
  const taken: string[] = []
  let take: (() => void) | undefined
  const socket = new Duplex({
    highWaterMark: 10,
    read() {},
    write(chunk, _encoding, done) {
      take = () => {
        taken.push(String(chunk))
        done()
      }
    },
  })
  const settings = { ...defaultSettings, maxUnreadBytes: 100, maxUnauthorizedLineBytes: 20 }
  const seams = { settings, log: { warn() {} } } as unknown as Seams
  const unread = new Unread({ maxUnreadBytesInAll: inAll })
  const writer = new LineWriter(socket, { seams, unread, isKnown: () => isKnown })
  return { writer, socket, taken, unread, take: () => take?.() }
}

test('LineWriter sends each message as a line, and says when the kernel has it, or never will', async () => {
  const { writer, socket, taken, take } = opened()
  const written: string[] = []
  writer.send({ a: 1 }, () => written.push('a'))
  assert.equal([taken, written, writer.unreadBytes], [[], [], 8])
  take()
  await writer.drained()
  assert.equal([taken, writer.unreadBytes], [['{"a":1}\n'], 0])
  socket.destroy()
  writer.say('late', () => written.push('late'))
  assert.ok(written.includes('late'))
})

test('LineWriter is full until what waits was taken, or its client is gone', async () => {
  const { writer, socket, take } = opened()
  writer.say('more than ten bytes')
  assert.is(writer.isFull, true)
  const drained = writer.drained()
  take()
  await drained
  assert.is(writer.isFull, false)
  writer.say('more than ten bytes')
  const gone = writer.drained()
  socket.destroy()
  await gone
  assert.is(writer.isFull, false)
})

test('LineWriter cuts off a client for which too much waits, one that is not known sooner', () => {
  const known = opened()
  known.writer.say('x'.repeat(50))
  assert.is(known.socket.destroyed, false)
  known.writer.say('x'.repeat(60))
  assert.is(known.socket.destroyed, true)
  const unknown = opened({ isKnown: false })
  unknown.writer.say('x'.repeat(50))
  assert.is(unknown.socket.destroyed, true)
})

test('LineWriter counts among what all connections leave unread', () => {
  const { writer, socket } = opened({ inAll: 30 })
  writer.say('x'.repeat(40))
  assert.is(socket.destroyed, true)
})

test('toLine() makes an error of an answer that cannot be a text, with the id of its request', () => {
  const endless: { id: number; self?: unknown } = { id: 7 }
  endless.self = endless
  const { id, error } = JSON.parse(toLine(endless))
  assert.equal([id, error.data.code], [7, 'too_large'])
  assert.is(toLine({ a: 1 }), '{"a":1}')
})

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { addressed, FrameReader, frameOf, readAddressed } from '../../../../pods/fleet/direct/frames.ts'

test('frames are read as they were sent, wherever what comes is cut', () => {
  const sent = [
    ['ask', 7, addressed('host.b.do', Buffer.from('hello'))],
    ['ping', 0, Buffer.alloc(0)],
    ['answer', 4_294_967_295, Buffer.alloc(1000, 'x')],
  ] as const
  const bytes = Buffer.concat(sent.map(([kind, id, body]) => frameOf(kind, id, body)))
  for (const size of [1, 2, 3, 8, 9, 10, 100, bytes.length]) {
    const reader = new FrameReader(() => 1000)
    const read = []
    for (let at = 0; at < bytes.length; at += size) read.push(...reader.read(bytes.subarray(at, at + size)))
    assert.equal(
      read.map(({ kind, id, body }) => [kind, id, body.toString()]),
      sent.map(([kind, id, body]) => [kind, id, body.toString()]),
      `in pieces of ${size}`,
    )
  }
  const { subject, message } = readAddressed(sent[0][2])
  assert.equal([subject, message.toString()], ['host.b.do', 'hello'])
})

test('what is longer than a message may be, or no frame, is refused before it is there', () => {
  const head = (length: number, kind: number) => {
    const bytes = Buffer.alloc(9)
    bytes.writeUInt32BE(length)
    bytes.writeUInt8(kind, 4)
    return bytes
  }
  assert.throws(() => new FrameReader(() => 1000).read(head(2_000_000, 1)), /2000000 bytes/)
  assert.throws(() => new FrameReader(() => 1000).read(head(4, 1)), /4 bytes/)
  assert.throws(() => new FrameReader(() => 1000).read(head(5, 99)), /kind/)
  // A message of the most that it may have, with its subject.
  const largest = frameOf('ask', 1, addressed('s'.repeat(255), Buffer.alloc(1000)))
  assert.is(new FrameReader(() => 1000).read(largest).length, 1)
})

test.run()

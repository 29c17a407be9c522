// Lines and frames of bytes on one connection.
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Frames, frameOf, type Part } from '../../../protocol/channel/frames.ts'

const part = fc.oneof(
  fc.record({ line: fc.json().map(text => text.replaceAll('\0', '')) }),
  fc.record({
    id: fc.constantFrom(0, 1, 255, 2 ** 32 + 5, 2 ** 48 - 1),
    bytes: fc.uint8Array({ maxLength: 300 }),
  }),
)

test('what was sent arrives in order, however it is cut', () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), fc.array(fc.integer({ min: 1, max: 50 })), (parts, cuts) => {
      const sent = Buffer.concat(
        parts.map(one => ('line' in one ? Buffer.from(`${one.line}\n`) : frameOf(one.id, one.bytes))),
      )
      const frames = new Frames({ maxBytes: 100_000 })
      const arrived: Part[] = []
      let at = 0
      for (const cut of cuts) {
        arrived.push(...frames.push(sent.subarray(at, at + cut)))
        at = Math.min(at + cut, sent.length)
      }
      arrived.push(...frames.push(sent.subarray(at)))
      const each = arrived.flatMap<Part>(one => (typeof one === 'string' ? one.split('\n') : [one]))
      assert.equal(
        each,
        parts.map(one => ('line' in one ? one.line : { id: one.id, bytes: new Uint8Array(one.bytes) })),
      )
    }),
  )
})

test('the bytes of a frame are nobody else’s: neither those that were sent nor those that arrived', () => {
  const bytes = new Uint8Array([1, 2, 3])
  const frame = Buffer.from(frameOf(1, bytes))
  bytes.fill(0)
  const [arrived] = new Frames({ maxBytes: 100 }).push(frame)
  frame.fill(0)
  assert.equal(arrived, { id: 1, bytes: new Uint8Array([1, 2, 3]) })
  assert.is((arrived as { bytes: Uint8Array }).bytes.buffer.byteLength, 3)
})

test('a frame that is too long, or begins within a line, is refused', () => {
  const refused = (chunk: Uint8Array) => () => new Frames({ maxBytes: 10 }).push(Buffer.from(chunk))
  assert.throws(refused(frameOf(1, new Uint8Array(11))), /a frame is longer than 10 bytes/)
  assert.throws(refused(Buffer.from('{"a"\0')), /a frame begins within a line/)
})

test.run()

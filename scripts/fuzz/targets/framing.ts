// Line framing: whatever the chunks, the same lines; never more kept than a line may have.
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { LineBatches } from '../../../protocol/line-batches.ts'
import { LineSplitter } from '../../../protocol/lines.ts'
import { cuts, inChunks } from '../garbage.ts'
import { holdsFor, type Target } from '../target.ts'

const inputs = fc.record({
  bytes: fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.array(fc.constantFrom(10, 13, 65, 0xc3, 0xa9, 0xff), { maxLength: 200 }).map(bytes => Uint8Array.from(bytes)),
  ),
  cuts,
  maxBytes: fc.constantFrom(1, 10, 100, 1000),
})

export const framing: Target = {
  id: 'framing',
  promise: 'bytes are the same lines however they are cut, and a line beyond the limit is refused',
  open: () => ({
    property: holdsFor(inputs, ({ bytes, cuts, maxBytes }) => {
      const whole = Buffer.from(bytes)
      const lines = whole.toString('latin1').split('\n')
      const isLong = lines.some(line => line.length > maxBytes)
      const chunks = inChunks(whole, cuts)
      const splitter = new LineSplitter({ maxBytes })
      const split = () => chunks.flatMap(chunk => [...splitter.push(chunk)])
      if (isLong) {
        assert.throws(split, RangeError)
      } else {
        assert.deepEqual(split(), lines.slice(0, -1).map(decoded))
        assert.equal(splitter.pendingBytes, lines.at(-1)?.length)
      }
      const batches = new LineBatches({ maxBytes: 1000 })
      const batched = chunks.map(chunk => batches.push(chunk)).filter(text => text !== undefined)
      const wanted = lines.slice(0, -1).map(line => Buffer.from(line, 'latin1').toString())
      assert.deepEqual(batched.join('\n'), wanted.join('\n'))
    }),
  }),
}

function decoded(line: string): string {
  const text = new TextDecoder().decode(Buffer.from(line, 'latin1'))
  return text.endsWith('\r') ? text.slice(0, -1) : text
}

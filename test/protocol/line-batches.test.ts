// Lines in batches, by properties over random cuts. Not here: who reads them (shim/calls).
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { LineBatches } from '../../protocol/line-batches.ts'

const bytes = (text: string) => Buffer.from(text, 'utf8')
const unlimited = () => new LineBatches({ maxBytes: Number.MAX_SAFE_INTEGER })

test('push() gives all lines that are whole by now as one text, and keeps the rest', () => {
  const lines = unlimited()
  assert.is(lines.push(bytes('a')), undefined)
  assert.is(lines.push(bytes('b\nc\nd')), 'ab\nc')
  assert.is(lines.push(bytes('\n')), 'd')
  assert.is(lines.push(bytes('\n')), '')
  assert.is(lines.push(bytes('')), undefined)
})

test('push() gives the same lines however the bytes are cut', () => {
  const line = fc.string({ unit: 'grapheme' }).map(text => text.replace(/[\n\ufeff]/g, ''))
  const cuts = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(fc.array(line), cuts, (all, sizes) => {
      const whole = bytes(all.map(text => `${text}\n`).join(''))
      const lines = unlimited()
      const got: string[] = []
      for (let at = 0, turn = 0; at < whole.length; turn++) {
        const size = sizes[turn % sizes.length] as number
        const text = lines.push(whole.subarray(at, at + size))
        if (text !== undefined) got.push(...text.split('\n'))
        at += size
      }
      assert.equal(got, all)
    }),
  )
})

test('push() throws where a line that comes in parts passes the limit, and not where many lines come at once', () => {
  const lines = new LineBatches({ maxBytes: 5 })
  assert.is(lines.push(bytes('aaaa\nbbbb\ncccc\n')), 'aaaa\nbbbb\ncccc')
  assert.is(lines.push(bytes('12345')), undefined)
  assert.throws(() => lines.push(bytes('6')), /a line is longer than 5 bytes/)
})

test.run()

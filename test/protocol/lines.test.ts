// Line framing, also by properties over random cuts. Not here: what a session does with a line that is too long.
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { LineSplitter } from '../../protocol/lines.ts'

const bytes = (text: string) => Buffer.from(text, 'utf8')
const unlimited = () => new LineSplitter({ maxBytes: Number.MAX_SAFE_INTEGER })

test('push() yields whole lines, without newline or carriage return', () => {
  const lines = unlimited()
  assert.equal([...lines.push(bytes('a\nb\r\n\nc'))], ['a', 'b', ''])
  assert.is(lines.pendingBytes, 1)
  assert.equal([...lines.push(bytes('d\n'))], ['cd'])
  assert.is(lines.pendingBytes, 0)
  assert.equal([...lines.push(bytes(''))], [])
})

test('push() keeps a carriage return within a line, and one of two before its end', () => {
  assert.equal([...unlimited().push(bytes('a\rb\r\r\n'))], ['a\rb\r'])
})

test('push() gives the same lines however the bytes are cut', () => {
  const line = fc.string({ unit: 'grapheme' }).map(text => text.replace(/[\n\r\ufeff]/g, ''))
  const cuts = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(fc.array(line), fc.constantFrom('\n', '\r\n'), cuts, (all, end, sizes) => {
      const whole = bytes(all.map(text => `${text}${end}`).join(''))
      const lines = unlimited()
      const got: string[] = []
      for (let at = 0, turn = 0; at < whole.length; turn++) {
        const size = sizes[turn % sizes.length] as number
        got.push(...lines.push(whole.subarray(at, at + size)))
        at += size
      }
      assert.equal(got, all)
      assert.is(lines.pendingBytes, 0)
    }),
  )
})

test('push() leaves the bytes it was given alone, and needs them no more once it was asked again', () => {
  const lines = unlimited()
  const chunk = bytes('abc')
  assert.equal([...lines.push(chunk)], [])
  assert.is(chunk.toString(), 'abc')
})

test('rest() gives the line that is not whole, and nothing where there is none', () => {
  const splitter = new LineSplitter({ maxBytes: 100 })
  assert.equal([...splitter.push(Buffer.from('one\ntw')), splitter.rest(), splitter.rest()], ['one', 'tw', ''])
})

test('push() throws where a line passes maxBytes, counted over all its pieces', () => {
  const lines = new LineSplitter({ maxBytes: 4 })
  assert.equal([...lines.push(bytes('abcd\nab'))], ['abcd'], 'a line of just that many is well')
  assert.equal([...lines.push(bytes('cd'))], [])
  assert.throws(
    () => [...lines.push(bytes('e'))],
    (error: unknown) => error instanceof RangeError,
  )
  assert.throws(() => [...new LineSplitter({ maxBytes: 4 }).push(bytes('ok\nabcde'))], /longer than 4 bytes/)
})

test('push() yields the lines before the one that is too long', () => {
  const got: string[] = []
  assert.throws(() => {
    for (const line of new LineSplitter({ maxBytes: 4 }).push(bytes('one\ntwo\ntoo long\n'))) got.push(line)
  })
  assert.equal(got, ['one', 'two'])
})

test('maxBytes may be raised within a line', () => {
  const lines = new LineSplitter({ maxBytes: 4 })
  assert.equal([...lines.push(bytes('abc'))], [])
  lines.maxBytes = 10
  assert.equal([...lines.push(bytes('defg\n'))], ['abcdefg'])
})

test('many small pieces of a long line are joined in a time that grows with its length', () => {
  const lines = unlimited()
  const got: string[] = []
  for (let piece = 0; piece < 200_000; piece++) got.push(...lines.push(bytes('x')))
  got.push(...lines.push(bytes('\n')))
  assert.is(got[0]?.length, 200_000)
})

test.run()

// Blocks of bytes to lines, by property over random cuts.
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { LineCutter } from '../../../daemon/logs/line-cutter.ts'

const bytes = (text: string) => Buffer.from(text, 'utf8')

test('push() gives whole lines, and keeps the rest for the next block', () => {
  const cutter = new LineCutter()
  assert.is(cutter.push(bytes('one\ntw')), 'one\n')
  assert.is(cutter.restBytes, 2)
  assert.is(cutter.push(bytes('o')), '')
  assert.is(cutter.push(bytes('\nthree\n')), 'two\nthree\n')
  assert.equal([cutter.restBytes, cutter.end()], [0, ''])
})

test('end() gives the line that was never ended, with a newline, once', () => {
  const cutter = new LineCutter()
  cutter.push(bytes('half'))
  assert.equal([cutter.end(), cutter.end()], ['half\n', ''])
})

test('push() and end() give every character once, however the bytes are cut', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\n', 'é', '😀') })
  fc.assert(
    fc.property(text, fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }), (text, sizes) => {
      const cutter = new LineCutter()
      const whole = bytes(text)
      let got = ''
      for (let at = 0, turn = 0; at < whole.length; turn++) {
        const size = sizes[turn % sizes.length] as number
        got += cutter.push(whole.subarray(at, at + size))
        at += size
      }
      got += cutter.end()
      assert.is(got, text === '' || text.endsWith('\n') ? text : `${text}\n`)
    }),
  )
})

test('push() does not hold the block of which it keeps a few bytes', () => {
  const cutter = new LineCutter()
  const block = bytes('one\nab')
  cutter.push(block)
  block.fill('x')
  assert.is(cutter.push(bytes('\n')), 'ab\n')
})

test('push() cuts a line that is longer than a mebibyte', () => {
  const cutter = new LineCutter()
  const half = Buffer.alloc(512 * 1024, 'x')
  assert.is(cutter.push(half), '')
  assert.is(cutter.push(half).length, 1024 * 1024 + 1)
  assert.is(cutter.push(bytes('rest\n')), 'rest\n')
})

test.run()

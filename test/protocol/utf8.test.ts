import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { unfinishedBytes } from '../../protocol/utf8.ts'

test('unfinishedBytes() counts the bytes of a character that is cut, wherever it is cut', () => {
  for (const character of ['a', 'é', '€', '😀']) {
    const bytes = Buffer.from(character)
    for (let cut = 1; cut < bytes.length; cut++) {
      assert.is(unfinishedBytes(bytes.subarray(0, cut)), cut, `${character} cut at ${cut}`)
      assert.is(unfinishedBytes(Buffer.concat([Buffer.from('ab'), bytes.subarray(0, cut)])), cut)
    }
    assert.is(unfinishedBytes(bytes), 0)
  }
})

test('unfinishedBytes() is 0 for bytes that are no character at all', () => {
  assert.is(unfinishedBytes(Buffer.from([])), 0)
  assert.is(unfinishedBytes(Buffer.from([0x80])), 0)
  assert.is(unfinishedBytes(Buffer.from([0x80, 0x80, 0x80, 0x80])), 0)
  assert.is(unfinishedBytes(Buffer.from([0xc3, 0xa9, 0x80])), 0)
})

test.run()

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Piece, PieceReader, writePiece } from '../../../../pods/fleet/stream/pieces.ts'

const test = suite('pieces')

const all: Piece[] = [
  { t: 'stream' },
  { t: 'value', value: { text: 'ä', list: [1, null] } },
  { t: 'value', value: new Uint8Array([0, 255, 7]) },
  { t: 'value', value: new Uint8Array() },
  { t: 'value', value: 'x'.repeat(1000) },
  { t: 'error', error: { message: 'no', code: 'bad', hint: 'do', facts: { one: 1 } } },
  { t: 'end', value: 3 },
]

test('PieceReader reads what was written, wherever it is cut', () => {
  const bytes = Buffer.concat(all.map(writePiece))
  for (const size of [1, 2, 5, 6, 7, 100, bytes.length]) {
    const reader = new PieceReader()
    const read: Piece[] = []
    for (let at = 0; at < bytes.length; at += size) read.push(...reader.push(bytes.subarray(at, at + size)))
    assert.equal(read, all)
  }
})

test('a value without a JSON form is null, and a kind that is not known is refused', () => {
  assert.equal(new PieceReader().push(writePiece({ t: 'end', value: undefined })), [{ t: 'end', value: null }])
  assert.throws(() => new PieceReader().push(Buffer.from([9, 0, 0, 0, 0])), /kind 9/)
})

test('a piece that is too large is refused as soon as its length is known, and is not written', () => {
  const head = Buffer.from([2, 0xff, 0xff, 0xff, 0xff])
  assert.throws(() => new PieceReader().push(head), /may have \d+ bytes, not 4294967295/)
  const large = new Uint8Array(128 * 1024 * 1024 + 1)
  assert.throws(() => writePiece({ t: 'value', value: large }), /may have \d+ bytes, not \d+/)
})

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { sizeBytes, sizeText } from '../../protocol/size.ts'

const MiB = 1024 * 1024

test('sizeBytes() reads amounts as people write them, in steps of 1024', () => {
  for (const [text, bytes] of [
    [1, 1],
    ['4096', 4096],
    ['200MB', 200 * MiB],
    ['200mb', 200 * MiB],
    ['300M', 300 * MiB],
    ['1.5 GB', 1536 * MiB],
    ['64KiB', 65_536],
    ['12B', 12],
  ] as const)
    assert.is(sizeBytes(text), bytes, String(text))
})

test('sizeBytes() knows what is none', () => {
  for (const value of [
    0,
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '',
    'much',
    '-1MB',
    '0',
    '1e9',
    '5 MBit',
    '99999999TB',
  ])
    assert.is(sizeBytes(value), undefined, String(value))
})

test('sizeText() writes them so', () => {
  assert.equal([812, 1_258_291, 200 * MiB, 1536 * MiB].map(sizeText), ['812 B', '1.2 MB', '200 MB', '1.5 GB'])
})

test.run()

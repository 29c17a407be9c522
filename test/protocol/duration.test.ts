import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { durationMs, maxDurationMs } from '../../protocol/duration.ts'

test('durationMs() reads milliseconds and numbers with a unit', () => {
  for (const [text, ms] of [
    [0, 0],
    [1500, 1500],
    [1.4, 1],
    ['0', 0],
    ['1500', 1500],
    ['1500ms', 1500],
    ['10s', 10_000],
    ['1.5s', 1500],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['24d', 24 * 86_400_000],
  ] as const) {
    assert.is(durationMs(text), ms, String(text))
  }
})

test('durationMs() knows what is no duration', () => {
  for (const text of [
    '',
    's',
    '-1',
    '-1s',
    '1 s',
    ' 1s',
    '1s ',
    '1S',
    '1w',
    '1e3',
    '0x10',
    'ten',
    '1m30s',
    '.5s',
    '1.s',
    '1,5s',
    '25d',
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 31,
  ]) {
    assert.is(durationMs(text), undefined, JSON.stringify(text))
  }
})

test('durationMs() takes no more than a timer can wait for, unless more is allowed', () => {
  assert.is(durationMs(maxDurationMs), maxDurationMs)
  assert.is(durationMs(`${maxDurationMs + 1}ms`), undefined)
  assert.is(durationMs('30d', Number.MAX_SAFE_INTEGER), 30 * 86_400_000)
  assert.is(durationMs('1h', 3_599_999), undefined)
})

test.run()

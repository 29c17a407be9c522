import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { durationMs, durationProblem, maxDurationMs } from '../../protocol/duration.ts'

const day = 86_400_000

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
    ['24d', 24 * day],
  ] as const) {
    assert.is(durationMs(text), ms, String(text))
  }
})

test('durationMs() knows what is not a duration', () => {
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
    '36501d',
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    101 * 365 * day,
  ]) {
    assert.is(durationMs(text), undefined, JSON.stringify(text))
  }
})

test('durationMs() reads what is longer than a timer of Node can wait', () => {
  for (const [text, ms] of [
    ['24d', 24 * day],
    ['25d', 25 * day],
    ['30d', 30 * day],
    ['720h', 30 * day],
    ['36500d', maxDurationMs],
    [2 ** 31, 2 ** 31],
  ] as const)
    assert.is(durationMs(text), ms)
})

test('durationMs() takes no more than a hundred years, unless more or less is allowed', () => {
  assert.is(durationMs(`${maxDurationMs + 1}ms`), undefined)
  assert.is(durationMs('40000d', Number.MAX_SAFE_INTEGER), 40_000 * day)
  assert.is(durationMs('1h', 3_599_999), undefined)
})

test('durationProblem() tells what is too long from what is none', () => {
  assert.is(durationProblem('30d'), undefined)
  for (const text of ['36501d', 1e300, Number.POSITIVE_INFINITY])
    assert.match(durationProblem(text) ?? '', 'is longer than 36500d')
  for (const text of ['', '30 d', '1w', -1, Number.NaN]) assert.match(durationProblem(text) ?? '', 'is not a duration')
})

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ago, count, duration, localTime, size } from '../../../cli/say/amounts.ts'

const now = Date.parse('2026-11-20T10:00:00.000Z')
const at = (msBefore: number) => ago(new Date(now - msBefore).toISOString(), now)

test('size() shows bytes in the unit that fits', () => {
  assert.equal([0, 812, 1024, 1_258_291, 50 * 1024 ** 2, 3.2 * 1024 ** 3].map(size), [
    '0 B',
    '812 B',
    '1.0 KB',
    '1.2 MB',
    '50 MB',
    '3.2 GB',
  ])
  assert.is(size(1024 ** 2 - 1), '1.0 MB')
})

test('duration() shows time in the unit that fits', () => {
  assert.equal([0, 120.4, 999, 4200, 12_000, 200_000, 7_200_000, 90_000_000].map(duration), [
    '0 ms',
    '120 ms',
    '999 ms',
    '4.2 s',
    '12 s',
    '3m',
    '2h',
    '1d',
  ])
})

test('ago() shows what was and what is to come', () => {
  assert.equal([500, 3000, 190_000, 4 * 3_600_000].map(at), ['just now', '3s ago', '3m ago', '4h ago'])
  assert.equal([-500, -3000, -190_000].map(at), ['in a moment', 'in 3s', 'in 3m'])
})

test('localTime() shows milliseconds in the local zone', () => {
  process.env.TZ = 'Europe/Berlin'
  assert.is(localTime('2026-11-20T10:00:00.123456789Z'), '2026-11-20 11:00:00.123')
})

test('count() says one and many', () => {
  assert.equal([count(0, 'pod'), count(1, 'pod'), count(2, 'pod')], ['0 pods', '1 pod', '2 pods'])
})

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import { wireTime } from '../../protocol/time.ts'

test('wireTime takes a time that can be reckoned with', () => {
  for (const time of [
    '2026-11-20T10:00:00Z',
    '2026-11-20T10:00:00.123456789Z',
    '2026-11-20T10:00:00+05:00',
    '2024-02-29T00:00:00Z',
  ])
    assert.ok(v.is(wireTime, time), time)
})

test('wireTime refuses one that Node cannot read, or takes for another', () => {
  for (const time of [
    '2026-11-20T10:00:00+05',
    '2026-11-20T10:00:00 +05:00',
    '2026-02-30T00:00:00Z',
    '2026-11-20T10:00:00',
    'now',
    '10000-01-01T00:00:00Z',
    '+12345-',
    5,
  ])
    assert.not(v.is(wireTime, time), String(time))
})

test.run()

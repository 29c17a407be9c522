import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseTime } from '../../../cli/time/time.ts'
import { failsWith } from '../../fails.ts'

// Half past ten on a Friday, one hour ahead of UTC.
process.env.TZ = 'Europe/Berlin'
const now = new Date('2026-11-20T09:30:00.000Z')

const spans: [typed: string, since: string | undefined, until?: string][] = [
  ['last 5 mins', '2026-11-20T09:25:00.000Z'],
  ['Last  5 minutes', '2026-11-20T09:25:00.000Z'],
  ['last hour', '2026-11-20T08:30:00.000Z'],
  ['5m', '2026-11-20T09:25:00.000Z'],
  ['1h30m', '2026-11-20T08:00:00.000Z'],
  ['2 days ago', '2026-11-18T09:30:00.000Z'],
  ['half an hour ago', '2026-11-20T09:00:00.000Z'],
  ['today', '2026-11-19T23:00:00.000Z'],
  ['yesterday', '2026-11-18T23:00:00.000Z', '2026-11-19T23:00:00.000Z'],
  ['yesterday 14:00 to 15:00', '2026-11-19T13:00:00.000Z', '2026-11-19T14:00:00.000Z'],
  ['from 2pm to 3pm yesterday', '2026-11-19T13:00:00.000Z', '2026-11-19T14:00:00.000Z'],
  ['08:00 to 09:00', '2026-11-20T07:00:00.000Z', '2026-11-20T08:00:00.000Z'],
  ['between 8:00 and 9:00', '2026-11-20T07:00:00.000Z', '2026-11-20T08:00:00.000Z'],
  ['2h ago to 1h ago', '2026-11-20T07:30:00.000Z', '2026-11-20T08:30:00.000Z'],
  ['since 10:00', '2026-11-20T09:00:00.000Z'],
  ['until 9:00', undefined, '2026-11-20T08:00:00.000Z'],
  ['before yesterday', undefined, '2026-11-18T23:00:00.000Z'],
  ['2026-11-20', '2026-11-19T23:00:00.000Z'],
  ['2026-11-18', '2026-11-17T23:00:00.000Z', '2026-11-18T23:00:00.000Z'],
  ['2026-11-20T08:00Z..', '2026-11-20T08:00:00.000Z'],
  ['2026-11-20 08:00..', '2026-11-20T07:00:00.000Z'],
  ['..2026-11-20', undefined, '2026-11-20T23:00:00.000Z'],
  ['2026-11-20T07:00Z..2026-11-20T08:00:00.5Z', '2026-11-20T07:00:00.000Z', '2026-11-20T08:00:00.500Z'],
  ['2h..1h', '2026-11-20T07:30:00.000Z', '2026-11-20T08:30:00.000Z'],
  ['nov 18 to yesterday', '2026-11-17T23:00:00.000Z', '2026-11-19T23:00:00.000Z'],
]

for (const [typed, since, until] of spans) {
  test(`parseTime() reads "${typed}"`, async () => {
    const expected = { ...(since ? { since } : {}), ...(until ? { until } : {}) }
    assert.equal(await parseTime(typed, now), expected)
  })
}

const past: [typed: string, since: string][] = [
  ['18:00', '2026-11-19T17:00:00.000Z'],
  ['14:00 to 15:00', '2026-11-19T13:00:00.000Z'],
  ['monday', '2026-11-15T23:00:00.000Z'],
  ['friday 12:00', '2026-11-13T11:00:00.000Z'],
  ['dec 3', '2025-12-02T23:00:00.000Z'],
]

for (const [typed, since] of past) {
  test(`parseTime() takes "${typed}" for the past one`, async () => {
    assert.is((await parseTime(typed, now)).since, since)
  })
}

for (const typed of [
  '',
  '..',
  'garbage',
  'hello 5pm',
  '5',
  'last',
  '2026-02-31',
  '2026-13-01..',
  '10:00..x',
  '1e3m',
  '5 parsecs',
]) {
  test(`parseTime() refuses ${JSON.stringify(typed)} with examples`, async () => {
    const error = await failsWith('bad_time', () => parseTime(typed, now))
    assert.match(error.hint ?? '', 'last 5 mins')
  })
}

test('parseTime() refuses what lies ahead, and what ends before it begins', async () => {
  await failsWith('bad_time', () => parseTime('tomorrow', now))
  await failsWith('bad_time', () => parseTime('2027-01-01..', now))
  await failsWith('bad_time', () => parseTime('1h..2h', now))
})

test.run()

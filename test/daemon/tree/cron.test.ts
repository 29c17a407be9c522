// Not here: which times a pattern matches, beyond what cron has otherwise than croner; that is croner's to test.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checkSchedule, nextTime } from '../../../daemon/tree/cron.ts'
import { failsWith } from '../../fails.ts'

/** The next times of a schedule, in UTC and without the year. */
async function times(at: string, zone: string, from: string, count: number): Promise<string> {
  const found: string[] = []
  let time: number | undefined = Date.parse(from)
  while (found.length < count) {
    time = await nextTime({ at, zone }, time)
    if (time === undefined) break
    found.push(new Date(time).toISOString().slice(5, 16))
  }
  return found.join(' ')
}

const berlin = 'Europe/Berlin'

/** Each is due once, however often the clocks show it. */
const putBack: [at: string, zone: string, from: string, expected: string][] = [
  ['30 2 * * *', berlin, '2027-10-30T22:00Z', '10-31T00:30 11-01T01:30'],
  ['30 2,3 * * *', berlin, '2027-10-30T22:00Z', '10-31T00:30 10-31T02:30'],
  ['15,45 2 * * *', berlin, '2027-10-30T22:00Z', '10-31T00:15 10-31T00:45 11-01T01:15'],
  ['0,30 2-3 * * *', berlin, '2027-10-30T22:00Z', '10-31T00:00 10-31T00:30 10-31T02:00 10-31T02:30'],
  ['30 2 * * *', berlin, '2027-10-31T01:15Z', '11-01T01:30'],
  ['*/20 30 2 * * *', berlin, '2027-10-31T00:29Z', '10-31T00:30 10-31T00:30 10-31T00:30 11-01T01:30'],
  ['30 1 * * *', 'America/New_York', '2027-11-06T12:00Z', '11-07T05:30 11-08T06:30'],
  ['0 0 * * *', 'America/Havana', '2026-10-31T12:00Z', '11-01T04:00 11-02T05:00'],
  ['45 1 * * *', 'Australia/Lord_Howe', '2026-04-03T20:00Z', '04-04T14:45 04-05T15:15'],
]

for (const [at, zone, from, expected] of putBack) {
  test(`nextTime() has "${at}" once when the clocks are put back (${zone}, ${from})`, async () => {
    assert.is(await times(at, zone, from, expected.split(' ').length), expected)
  })
}

/** Each that is left out is due when the clocks are put forward, all of them together. */
const putForward: [at: string, zone: string, from: string, expected: string][] = [
  ['30 2 * * *', berlin, '2027-03-27T12:00Z', '03-28T01:00 03-29T00:30'],
  ['15,45 2 * * *', berlin, '2027-03-27T12:00Z', '03-28T01:00 03-29T00:15 03-29T00:45'],
  ['0 2-4 * * *', berlin, '2027-03-27T12:00Z', '03-28T01:00 03-28T02:00 03-29T00:00'],
  ['0,30 2,3 * * *', berlin, '2027-03-27T12:00Z', '03-28T01:00 03-28T01:30 03-29T00:00'],
  ['30 2 * * 0', 'America/New_York', '2027-03-13T12:00Z', '03-14T07:00 03-21T06:30'],
  ['0 0 * * *', 'America/Havana', '2026-03-07T12:00Z', '03-08T05:00 03-09T04:00'],
  ['15 2 * * *', 'Australia/Lord_Howe', '2026-10-02T20:00Z', '10-03T15:30 10-04T15:15'],
  ['30 2 * * *', 'Africa/Casablanca', '2026-03-21T12:00Z', '03-22T02:00 03-23T01:30'],
]

for (const [at, zone, from, expected] of putForward) {
  test(`nextTime() makes up for "${at}" when the clocks are put forward (${zone})`, async () => {
    assert.is(await times(at, zone, from, expected.split(' ').length), expected)
  })
}

/** As in cron, a star for minute or hour means an interval, which goes by the time that passes. */
const intervals: [at: string, zone: string, from: string, expected: string][] = [
  ['*/30 * * * *', berlin, '2027-10-31T00:10Z', '10-31T00:30 10-31T01:00 10-31T01:30 10-31T02:00'],
  ['@hourly', berlin, '2027-10-30T23:30Z', '10-31T00:00 10-31T01:00 10-31T02:00'],
  ['*/30 2 * * *', berlin, '2027-10-30T22:00Z', '10-31T00:00 10-31T00:30 10-31T01:00 10-31T01:30 11-01T01:00'],
  ['*/30 * * * *', berlin, '2027-03-28T00:10Z', '03-28T00:30 03-28T01:00 03-28T01:30'],
  ['*/30 2 * * *', berlin, '2027-03-27T12:00Z', '03-29T00:00 03-29T00:30'],
  ['*/15 * * * *', 'Australia/Lord_Howe', '2026-04-04T14:35Z', '04-04T14:45 04-04T15:00 04-04T15:15'],
]

for (const [at, zone, from, expected] of intervals) {
  test(`nextTime() has "${at}" by the time that passes (${zone}, ${from})`, async () => {
    assert.is(await times(at, zone, from, expected.split(' ').length), expected)
  })
}

/** As in cron, day and weekday must both be right where one begins with a star, and else either will do. */
const days: [at: string, expected: string][] = [
  ['0 0 */2 * 1', '12-07T00:00 12-21T00:00 01-11T00:00'],
  ['0 0 13 * */2', '12-13T00:00 02-13T00:00'],
  ['0 0 1-7 * */1', '12-01T00:00 12-02T00:00'],
  ['0 0 1-31/2 * 1', '11-29T00:00 11-30T00:00 12-01T00:00'],
  ['0 0 13 * 5', '12-04T00:00 12-11T00:00 12-13T00:00'],
  ['0 0 * * 7', '11-29T00:00 12-06T00:00'],
  ['0 0 29 2 *', '02-29T00:00 02-29T00:00'],
]

for (const [at, expected] of days) {
  test(`nextTime() has days and weekdays as cron has them: "${at}"`, async () => {
    assert.is(await times(at, 'UTC', '2026-11-28T12:00Z', expected.split(' ').length), expected)
  })
}

test('nextTime() takes a zone by its name or by what it is ahead of UTC', async () => {
  for (const [zone, expected] of [
    ['Asia/Tokyo', '11-28T18:00'],
    ['+05', '11-28T22:00'],
    ['+05:30', '11-28T21:30'],
    ['europe/berlin', '11-29T02:00'],
  ] as const)
    assert.is(await times('0 3 * * *', zone, '2026-11-28T12:00Z', 1), expected, zone)
})

test('checkSchedule() refuses a zone that there is not, by its name', async () => {
  for (const zone of ['Mars/Base', 'UTC+3', '+5', '+25:00', 'Europe/Berlin ', '', 'CET-1CEST']) {
    const error = await failsWith('bad_config', () => checkSchedule({ at: '0 3 * * *', zone }))
    assert.match(error.message, `there is no time zone ${JSON.stringify(zone)}`)
  }
})

test('checkSchedule() refuses what never comes', async () => {
  for (const at of ['0 0 31 2 *', '0 0 0 1 1 * 2020']) {
    const error = await failsWith('bad_config', () => checkSchedule({ at, zone: 'UTC' }))
    assert.match(error.message, 'there is no such time any more')
  }
})

test('checkSchedule() refuses a schedule without a zone on a host whose TZ is not understood', async () => {
  const { TZ } = process.env
  process.env.TZ = '+05'
  try {
    const error = await failsWith('bad_config', () => checkSchedule({ at: '0 3 * * *' }))
    assert.match(error.message, 'TZ of the host is "+05"')
    await checkSchedule({ at: '0 3 * * *', zone: 'Europe/Berlin' })
  } finally {
    process.env.TZ = TZ ?? 'UTC'
  }
})

test.run()

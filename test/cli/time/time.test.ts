// What people write for a time, as tables. Not here: each zone's rules, which are Node's to know.
import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseSince, parseTime } from '../../../cli/time/time.ts'
import { failsWith } from '../../fails.ts'

// Half past ten on a Friday, one hour ahead of UTC.
process.env.TZ = 'Europe/Berlin'
const now = new Date('2026-11-20T09:30:00.000Z')

/** Each with what it means in Berlin: from, and to where it has an end. A date without a time is that midnight. */
type Row = readonly [typed: string, since: string | undefined, until?: string]

const tables: Record<string, readonly Row[]> = {
  'so long ago': [
    ['last 5 mins', '2026-11-20 10:25'],
    ['Last  5 minutes', '2026-11-20 10:25'],
    ['in the last 5 minutes', '2026-11-20 10:25'],
    ['last hour', '2026-11-20 09:30'],
    ['past hour', '2026-11-20 09:30'],
    ['5m', '2026-11-20 10:25'],
    ['-5m', '2026-11-20 10:25'],
    ['now-5m', '2026-11-20 10:25'],
    ['1h30m', '2026-11-20 09:00'],
    ['1 hour and 30 minutes ago', '2026-11-20 09:00'],
    ['an hour and a half ago', '2026-11-20 09:00'],
    ['one and a half hours ago', '2026-11-20 09:00'],
    ['1.5h', '2026-11-20 09:00'],
    ['half an hour ago', '2026-11-20 10:00'],
    ['a couple of hours ago', '2026-11-20 08:30'],
    ['90 secs', '2026-11-20 10:28:30'],
    ['500ms', '2026-11-20 10:29:59.500'],
    ['PT5M', '2026-11-20 10:25'],
    ['P1DT2H', '2026-11-19 08:30'],
    ['2 days ago', '2026-11-18 10:30'],
    ['past week', '2026-11-13 10:30'],
    ['a month ago', '2026-10-20 10:30'],
    ['1 year ago', '2025-11-20 10:30'],
    ['2 days ago at noon', '2026-11-18 12:00'],
  ],
  'days and parts of them': [
    ['today', '2026-11-20'],
    ['yesterday', '2026-11-19', '2026-11-20'],
    ['the day before yesterday', '2026-11-18', '2026-11-19'],
    ['last night', '2026-11-19 18:00', '2026-11-20 06:00'],
    ['yesterday evening', '2026-11-19 18:00', '2026-11-20'],
    ['this morning', '2026-11-20 06:00'],
    ['monday morning', '2026-11-16 06:00', '2026-11-16 12:00'],
    ['friday night', '2026-11-13 18:00', '2026-11-14 06:00'],
    ['monday', '2026-11-16', '2026-11-17'],
    ['friday', '2026-11-20'],
    ['last friday', '2026-11-13', '2026-11-14'],
    ['this wednesday', '2026-11-18', '2026-11-19'],
    ['end of yesterday', '2026-11-20'],
  ],
  'times of day, which are past': [
    ['since 10:00', '2026-11-20 10:00'],
    ['18:00', '2026-11-19 18:00'],
    ['10:00:00.5', '2026-11-20 10:00:00.500'],
    ['10:00:00,123', '2026-11-20 10:00:00.123'],
    ['10:00:00.000000001', '2026-11-20 10:00'],
    ['10 p.m.', '2026-11-19 22:00'],
    ['12am', '2026-11-20'],
    ['12pm', '2026-11-19 12:00'],
    ['noon', '2026-11-19 12:00'],
    ['midnight', '2026-11-20'],
    ['yesterday 24:00', '2026-11-20'],
    ['friday 12:00', '2026-11-13 12:00'],
    ['9:30 on friday', '2026-11-20 09:30'],
  ],
  spans: [
    ['yesterday 14:00 to 15:00', '2026-11-19 14:00', '2026-11-19 15:00'],
    ['yesterday between 14:00 and 15:00', '2026-11-19 14:00', '2026-11-19 15:00'],
    ['from 2pm to 3pm yesterday', '2026-11-19 14:00', '2026-11-19 15:00'],
    ['yesterday 22:00 to midnight', '2026-11-19 22:00', '2026-11-20'],
    ['yesterday 22:00..midnight', '2026-11-19 22:00', '2026-11-20'],
    ['Nov 18 22:00 to midnight', '2026-11-18 22:00', '2026-11-19'],
    ['midnight to 6am', '2026-11-20', '2026-11-20 06:00'],
    ['last friday 10pm to 2am', '2026-11-13 22:00', '2026-11-14 02:00'],
    ['10pm to 2am today', '2026-11-19 22:00', '2026-11-20 02:00'],
    ['22:00 to 2:00', '2026-11-19 22:00', '2026-11-20 02:00'],
    ['08:00 to 09:00', '2026-11-20 08:00', '2026-11-20 09:00'],
    ['14:00 to 15:00', '2026-11-19 14:00', '2026-11-19 15:00'],
    ['9:00-10:00', '2026-11-20 09:00', '2026-11-20 10:00'],
    ['between 8:00 and 9:00', '2026-11-20 08:00', '2026-11-20 09:00'],
    ['between 3 and 4pm', '2026-11-19 15:00', '2026-11-19 16:00'],
    ['3-4pm', '2026-11-19 15:00', '2026-11-19 16:00'],
    ['11 to 1pm', '2026-11-19 11:00', '2026-11-19 13:00'],
    ['10pm to 2', '2026-11-19 22:00', '2026-11-20 02:00'],
    ['2h ago to 1h ago', '2026-11-20 08:30', '2026-11-20 09:30'],
    ['2h ago..now', '2026-11-20 08:30', '2026-11-20 10:30'],
    ['2h..1h', '2026-11-20 08:30', '2026-11-20 09:30'],
    ['monday to wednesday', '2026-11-16', '2026-11-19'],
    ['nov 18 to yesterday', '2026-11-18', '2026-11-20'],
    ['nov 16 to 18', '2026-11-16', '2026-11-19'],
    ['16-18 nov', '2026-11-16', '2026-11-19'],
    ['until 9:00', undefined, '2026-11-20 09:00'],
    ['before yesterday', undefined, '2026-11-19'],
    ['until yesterday', undefined, '2026-11-20'],
    ['after yesterday', '2026-11-20'],
    ['since 9:00 until 10:00', '2026-11-20 09:00', '2026-11-20 10:00'],
    ['..2026-11-20', undefined, '2026-11-21'],
    ['2026-11-20 08:00..', '2026-11-20 08:00'],
  ],
  'dates and longer stretches': [
    ['2026-11-20', '2026-11-20'],
    ['2026-11-18', '2026-11-18', '2026-11-19'],
    ['20261118', '2026-11-18', '2026-11-19'],
    ['18.11.2026', '2026-11-18', '2026-11-19'],
    ['11/18/2026', '2026-11-18', '2026-11-19'],
    ['2026-322', '2026-11-18', '2026-11-19'],
    ['2026-W47-3', '2026-11-18', '2026-11-19'],
    ['18th of November', '2026-11-18', '2026-11-19'],
    ['Wed, Nov 18', '2026-11-18', '2026-11-19'],
    ['dec 3', '2025-12-03', '2025-12-04'],
    ['feb 29', '2024-02-29', '2024-03-01'],
    ['week 46', '2026-11-09', '2026-11-16'],
    ['2026-W47', '2026-11-16'],
    ['2026-10', '2026-10-01', '2026-11-01'],
    ['october', '2026-10-01', '2026-11-01'],
    ['nov 2025', '2025-11-01', '2025-12-01'],
    ['last november', '2025-11-01', '2025-12-01'],
    ['this week', '2026-11-16'],
    ['previous week', '2026-11-09', '2026-11-16'],
    ['previous month', '2026-10-01', '2026-11-01'],
    ['start of month', '2026-11-01'],
    ['end of last month', '2026-11-01'],
    ['1793523600', '2026-11-01 10:00'],
    ['@1793523600.5', '2026-11-01 10:00:00.500'],
    ['1793523600123', '2026-11-01 10:00:00.123'],
  ],
  'zones, and how other programs write times': [
    ['2026-11-20T08:00Z..', '2026-11-20 09:00'],
    ['2026-11-20T07:00Z..2026-11-20T08:00:00.5Z', '2026-11-20 08:00', '2026-11-20 09:00:00.500'],
    ['2026-11-20T07:00Z/2026-11-20T08:00Z', '2026-11-20 08:00', '2026-11-20 09:00'],
    ['20261120T070000Z', '2026-11-20 08:00'],
    ['2026-11-19T10:00-05:00', '2026-11-19 16:00'],
    ['2026-11-20T10:00[Asia/Tokyo]', '2026-11-20 02:00'],
    ['2026-11-20 08:00:00 +0000', '2026-11-20 09:00'],
    ['10:00 CEST', '2026-11-20 09:00'],
    ['8:00 UTC to 9:00', '2026-11-20 09:00', '2026-11-20 10:00'],
    ['8:00 to 9:00 UTC', '2026-11-20 09:00', '2026-11-20 10:00'],
    ['yesterday 10:00 America/New_York', '2026-11-19 16:00'],
    ['yesterday UTC', '2026-11-19 01:00', '2026-11-20 01:00'],
    ['Fri, 20 Nov 2026 08:00:00 GMT', '2026-11-20 09:00'],
    ['Fri Nov 20 09:00:00 CET 2026', '2026-11-20 09:00'],
    ['Fri Nov 20 09:00:00 AM CET 2026', '2026-11-20 09:00'],
    ['Fri Nov 20 2026 09:00:00 GMT+0100 (Central European Standard Time)', '2026-11-20 09:00'],
    ['Nov 20 09:00:00', '2026-11-20 09:00'],
    ['[20/Nov/2026:09:00:00 +0100]', '2026-11-20 09:00'],
    ['2026/11/20 09:00:00.123456', '2026-11-20 09:00:00.123'],
  ],
}

for (const [about, rows] of Object.entries(tables)) {
  for (const [typed, since, until] of rows) {
    test(`parseTime() reads ${about}: "${typed}"`, async () => {
      assert.equal(await parseTime(typed, now), inBerlin({ since, until }))
    })
  }
}

function inBerlin({ since, until }: { since: string | undefined; until: string | undefined }): object {
  const iso = (text: string) => new Date(text.replace(/^([\d-]+)$/, '$1 00:00')).toISOString()
  return { ...(since && { since: iso(since) }), ...(until && { until: iso(until) }) }
}

/** Texts for which there is no moment, or more than one. */
const refused: readonly (readonly [typed: string, why: RegExp])[] = [
  ...[
    '',
    'garbage',
    'hello 5pm',
    'last',
    '1e3m',
    '5 parsecs',
    '5M',
    'last 5',
    'a few minutes ago',
    'christmas',
    '25:00',
  ].map(typed => [typed, /it is not a time/] as const),
  ['..', /it names no time/],
  ['10:00..x', /"x" is not a time/],
  ['2026-02-31', /there is no 2026-02-31/],
  ['feb 29 2026', /there is no such day/],
  ['2026-13-01..', /there is no 2026-13-01/],
  ['2026-W54', /2026 has no week 54/],
  ['Mon, 20 Nov 2026', /2026-11-20 is a Friday/],
  ['5', /5 is not a time by itself: write 5:00, 5am or 5pm/],
  ['10 to 11', /10 is not a time by itself/],
  ['3.4.2026', /could be 2026-03-04 or 2026-04-03/],
  ['yesterday midnight', /midnight could be the beginning of that day or its end/],
  ['last week', /could be the one before this, or the time up to now: write "previous week" or "past week"/],
  ['3:30 to 4pm', /has two meanings/],
  ['2026-11-19 09:00-05:00', /has two meanings/],
  ['10:00 to 9:00', /its end would be in the future/],
  ['friday to monday', /its end would be in the future/],
  ['10:00 CST', /CST is the name of several zones: write -06:00 or \+08:00/],
  ['10:00 Mars/Base', /there is no time zone "Mars\/Base"/],
  ['tomorrow', /it is in the future/],
  ['tonight', /it is in the future/],
  ['next friday', /it is in the future/],
  ['end of month', /it is in the future/],
  ['2027-01-01..', /it is in the future/],
  ['1h..2h', /it ends before it begins/],
  ['3000 years ago', /it is too long ago/],
  ['10:00 to '.repeat(1000), /it is too long for a time/],
]

for (const [typed, why] of refused) {
  test(`parseTime() refuses ${JSON.stringify(typed.slice(0, 60))}, with the reason and examples`, async () => {
    const error = await failsWith('bad_time', () => parseTime(typed, now))
    assert.match(error.message, why)
    assert.match(error.hint ?? '', 'last 5 mins')
  })
}

/** What the clocks do to it. In UTC, since the hour is repeated. */
const changes: readonly (readonly [
  zone: string,
  now: string,
  typed: string,
  since: string | undefined,
  until?: string,
])[] = [
  ['Europe/Berlin', '2026-10-25T12:00Z', 'Oct 25 2026 02:30 CET', '2026-10-25T01:30'],
  ['Europe/Berlin', '2026-10-25T12:00Z', '02:30 CEST', '2026-10-25T00:30'],
  [
    'Europe/Berlin',
    '2026-10-25T12:00Z',
    '2026-10-25 01:30 UTC to 2026-10-25 01:44 UTC',
    '2026-10-25T01:30',
    '2026-10-25T01:44',
  ],
  ['Europe/London', '2026-10-25T12:00Z', 'Sun, 25 Oct 2026 01:30:00 GMT', '2026-10-25T01:30'],
  // A time that comes twice begins with the first and ends with the second.
  ['Europe/Berlin', '2026-10-25T12:00Z', '2:15 to 2:45', '2026-10-25T00:15', '2026-10-25T01:45'],
  ['Europe/Berlin', '2026-10-25T12:00Z', 'until 02:30', undefined, '2026-10-25T01:30'],
  ['Europe/Berlin', '2026-10-25T12:00Z', 'yesterday 22:00 to 4:00', '2026-10-24T20:00', '2026-10-25T03:00'],
  ['Europe/Berlin', '2026-10-25T12:00Z', '1 day ago', '2026-10-24T11:00'],
  ['Europe/Berlin', '2026-10-25T12:00Z', '24h', '2026-10-24T12:00'],
  ['Europe/Berlin', '2026-11-28T20:30Z', '5 weeks ago at 9am', '2026-10-24T07:00'],
  // One that does not come is when the clocks are put forward.
  ['Europe/Berlin', '2027-03-28T12:00Z', '02:30', '2027-03-28T01:00'],
  ['Europe/Berlin', '2027-03-28T12:00Z', '1:30 to 2:30', '2027-03-28T00:30', '2027-03-28T01:00'],
  ['America/New_York', '2026-11-01T20:00Z', '12am to 6am', '2026-11-01T04:00', '2026-11-01T11:00'],
  ['America/New_York', '2026-11-01T20:00Z', '1:30 EST', '2026-11-01T06:30'],
  ['America/Havana', '2026-11-01T20:00Z', 'yesterday 22:00 to midnight', '2026-11-01T02:00', '2026-11-01T04:00'],
  ['America/Havana', '2026-03-08T20:00Z', 'today', '2026-03-08T05:00'],
  ['Australia/Lord_Howe', '2026-04-05T12:00Z', '1:30 to 2:00', '2026-04-04T14:30', '2026-04-04T15:30'],
  ['Australia/Lord_Howe', '2026-10-04T12:00Z', '02:15', '2026-10-03T15:30'],
  ['Africa/Casablanca', '2026-03-22T12:00Z', '2:15 to 3:15', '2026-03-22T02:00', '2026-03-22T02:15'],
]

for (const [zone, at, typed, since, until] of changes) {
  test(`parseTime() reads "${typed}" in ${zone}, where the clocks change`, async () => {
    process.env.TZ = zone
    const expected = { ...(since && { since: `${since}:00.000Z` }), ...(until && { until: `${until}:00.000Z` }) }
    assert.equal(await parseTime(typed, new Date(at)), expected)
    process.env.TZ = 'Europe/Berlin'
  })
}

test('parseTime() refuses a span that the clocks leave out', async () => {
  const error = await failsWith('bad_time', () => parseTime('2:15 to 2:45', new Date('2027-03-28T12:00Z')))
  assert.match(error.message, 'the clocks skipped all of it when they went forward')
})

test('parseTime() answers whatever is typed with a span or bad_time', async () => {
  const words = [...Object.values(tables).flat(), ...refused].flatMap(([typed]) => typed.split(' ').slice(0, 9))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...words), { maxLength: 6 }), async typed => {
      try {
        const { since = '', until = 'z' } = await parseTime(typed.join(' '), now)
        assert.ok(since <= until)
      } catch (error) {
        assert.is((error as { code?: string }).code, 'bad_time', String(error))
      }
    }),
    { numRuns: 500 },
  )
})

test('parseSince() reads when something began, with or without a "since"', async () => {
  for (const typed of ['10:00', 'since 10:00', '10:00..', 'after 10:00']) {
    assert.is(await parseSince(typed, now), '2026-11-20T09:00:00.000Z')
  }
  assert.is(await parseSince('yesterday', now), '2026-11-18T23:00:00.000Z')
})

test('parseSince() refuses what has an end', async () => {
  for (const typed of ['9:00 to 10:00', 'since 9:00 until 10:00']) {
    assert.match((await failsWith('bad_time', () => parseSince(typed, now))).message, 'give only a beginning')
  }
  await failsWith('bad_time', () => parseSince('until yesterday', now))
})

test.run()

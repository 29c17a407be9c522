import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ownZone } from '../../../cli/time/own-zone.ts'
import type { P8aError } from '../../../protocol/errors.ts'
import { failsWith } from '../../fails.ts'

const winter = Date.UTC(2026, 0)

function offsetIn(tz: string): number {
  process.env.TZ = tz
  return ownZone(tz)(winter) / 3_600_000
}

test('ownZone() is the zone that TZ names', () => {
  const zones: [tz: string, hours: number][] = [
    ['Europe/Berlin', 1],
    [':Europe/Berlin', 1],
    ['America/New_York', -5],
    ['EST5EDT', -5],
    ['UTC', 0],
    ['UTC0', 0],
    ['', 0],
    ['Etc/GMT-5', 5],
    // As POSIX has it, so far behind UTC.
    ['UTC+3', -3],
  ]
  for (const [tz, hours] of zones) assert.is(offsetIn(tz), hours, tz)
})

test('ownZone() refuses a TZ that Node takes for UTC without a word, once it is asked', async () => {
  for (const tz of ['+05', '+05:00', 'Mars/Base', 'europe/berlin', 'localtime']) {
    const error = await failsWith('bad_time', async () => offsetIn(tz))
    assert.match(error.message, JSON.stringify(tz))
  }
})

test('ownZone() takes a rule of POSIX as it is, or refuses it: Node reads it where the system has no time zone database', () => {
  for (const [tz, hours] of [
    ['CET-1CEST', 1],
    ['<+05>-5', 5],
  ] as const) {
    let found: unknown
    try {
      found = offsetIn(tz)
    } catch (error) {
      found = (error as P8aError).code
    }
    assert.ok(found === hours || found === 'bad_time', `${tz}: ${found}`)
  }
})

test.after(() => {
  process.env.TZ = 'UTC'
})

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ownZone } from '../../../cli/time/own-zone.ts'
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
  for (const tz of ['+05', '+05:00', 'Mars/Base', 'CET-1CEST', '<+05>-5', 'europe/berlin', 'localtime']) {
    const error = await failsWith('bad_time', async () => offsetIn(tz))
    assert.match(error.message, JSON.stringify(tz))
  }
})

test.after(() => {
  process.env.TZ = 'UTC'
})

test.run()

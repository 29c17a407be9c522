import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { firstAt, lastAt, zoneNamed } from '../../protocol/zone.ts'

const at = (text: string) => Date.parse(`${text}:00Z`)

test('firstAt() and lastAt() know an hour that comes twice, and one that does not come', () => {
  const rows: [zone: string, wall: string, first: string, last: string][] = [
    ['Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30', '2026-10-25T01:30'],
    ['Europe/Berlin', '2026-10-25T03:00', '2026-10-25T02:00', '2026-10-25T02:00'],
    ['Europe/Berlin', '2027-03-28T02:30', '2027-03-28T01:00', '2027-03-28T01:00'],
    ['America/New_York', '2026-11-01T01:00', '2026-11-01T05:00', '2026-11-01T06:00'],
    ['Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T14:45', '2026-04-04T15:15'],
    ['Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:30', '2026-10-03T15:30'],
    ['Africa/Casablanca', '2026-03-22T02:30', '2026-03-22T02:00', '2026-03-22T02:00'],
    // A whole day was left out.
    ['Pacific/Apia', '2011-12-30T12:00', '2011-12-30T10:00', '2011-12-30T10:00'],
  ]
  for (const [name, wall, first, last] of rows) {
    const zone = zoneNamed(name)
    assert.ok(zone)
    assert.equal([firstAt(at(wall), zone), lastAt(at(wall), zone)], [at(first), at(last)], `${wall} in ${name}`)
  }
})

test.run()

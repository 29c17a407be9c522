import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { firstAt, lastAt } from '../../../cli/time/zone.ts'
import { offsetText, zoneCalled, zoneNamed } from '../../../cli/time/zone-names.ts'

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

test('zoneCalled() knows offsets, abbreviations and names', () => {
  const rows: [name: string, offset: string][] = [
    ['z', '+00:00'],
    ['+05', '+05:00'],
    ['-0330', '-03:30'],
    ['utc+5', '+05:00'],
    ['gmt+0530', '+05:30'],
    ['cest', '+02:00'],
    ['asia/kolkata', '+05:30'],
  ]
  for (const [name, offset] of rows) {
    const zone = zoneCalled(name)
    assert.ok(typeof zone === 'function', name)
    assert.is(offsetText(zone(at('2026-01-01T00:00'))), offset, name)
  }
})

test('zoneCalled() says why it cannot know one, and nothing of what is none', () => {
  for (const name of ['+15', '+05:60', 'mars/base', 'cst']) assert.ok('unknown' in (zoneCalled(name) ?? {}), name)
  assert.is(zoneCalled('berlin'), undefined)
})

test.run()

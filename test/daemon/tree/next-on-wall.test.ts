// Every time that is asked for, against a look at each minute of the days around changes of clocks.
import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type NextWall, nextFixed, nextInterval } from '../../../daemon/tree/next-on-wall.ts'
import { type Wall, wallOf, zoneNamed } from '../../../protocol/zone.ts'

const minute = 60_000
const changes: [zone: string, at: string][] = [
  ['Europe/Berlin', '2027-03-28T01:00Z'],
  ['Europe/Berlin', '2027-10-31T01:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30Z'],
  ['America/Havana', '2026-11-01T05:00Z'],
]

/** The times of day that are asked for, in minutes. */
const asked = fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 8 })

function nextOf(minutes: readonly number[]): NextWall {
  return wall => {
    for (let at = Math.floor(wall / minute) * minute + minute; ; at += minute) if (isAsked(at, minutes)) return at
  }
}

function isAsked(wall: Wall, minutes: readonly number[]): boolean {
  const date = new Date(wall)
  return minutes.includes(date.getUTCHours() * 60 + date.getUTCMinutes())
}

test('nextInterval() is the next minute whose time on the wall is asked for', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...changes),
      fc.integer({ min: -400, max: 400 }),
      asked,
      ([name, at], before, minutes) => {
        const zone = zoneNamed(name)
        assert.ok(zone)
        const from = Date.parse(at) + before * minute
        let expected = from + minute
        while (!isAsked(wallOf(expected, zone), minutes)) expected += minute
        assert.is(nextInterval(nextOf(minutes), from, zone), expected)
      },
    ),
    { numRuns: 60 },
  )
})

test('nextFixed() is the next minute at which the wall first shows a time that is asked for, or has passed it over', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...changes),
      fc.integer({ min: -400, max: 400 }),
      asked,
      ([name, at], before, minutes) => {
        const zone = zoneNamed(name)
        assert.ok(zone)
        const from = Date.parse(at) + before * minute
        // The wall has shown all up to here, or passed it over.
        let shown = wallOf(from - 24 * 60 * minute, zone)
        for (let time = from - 24 * 60 * minute; ; time += minute) {
          const wall = wallOf(time, zone)
          const fresh: Wall[] = []
          for (; shown < wall; shown += minute) fresh.push(shown + minute)
          if (time <= from || !fresh.some(wall => isAsked(wall, minutes))) continue
          return assert.is(nextFixed(nextOf(minutes), from, zone), time)
        }
      },
    ),
    { numRuns: 60 },
  )
})

test.run()

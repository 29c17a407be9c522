import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readComing } from '../../../cli/time/coming.ts'
import { zoneNamed } from '../../../protocol/zone.ts'

/** A Friday. */
const now = Date.parse('2026-11-20T10:30:00Z')

async function read(text: string) {
  const zone = zoneNamed('UTC')
  assert.ok(zone)
  const found = await readComing(text, { nowMs: now, zone })
  return typeof found === 'number' ? new Date(found).toISOString().slice(0, 16) : found && 'refused'
}

test('readComing() reads a moment that is to come, and takes the next one where there are many', async () => {
  const rows = [
    ['10m', '2026-11-20T10:40'],
    ['in 2 hours', '2026-11-20T12:30'],
    ['+1h30m', '2026-11-20T12:00'],
    ['1 month', '2026-12-20T10:30'],
    ['12:00', '2026-11-20T12:00'],
    ['at 9:00', '2026-11-21T09:00'],
    ['tomorrow', '2026-11-21T00:00'],
    ['tomorrow 9:00', '2026-11-21T09:00'],
    ['day after tomorrow at 8am', '2026-11-22T08:00'],
    ['friday', '2026-11-27T00:00'],
    ['next monday 8am', '2026-11-23T08:00'],
    ['today 18:00', '2026-11-20T18:00'],
    ['2026-12-24', '2026-12-24T00:00'],
    ['2026-11-20t12:00z', '2026-11-20T12:00'],
    ['now', '2026-11-20T10:30'],
  ] as const
  for (const [text, at] of rows) assert.is(await read(text), at, text)
})

test('readComing() refuses what has passed, and knows no other words', async () => {
  for (const text of ['yesterday', '5m ago', 'today 9:00']) assert.is(await read(text), 'refused', text)
  for (const text of ['soon', 'never', '']) assert.is(await read(text), undefined, text)
})

test.run()

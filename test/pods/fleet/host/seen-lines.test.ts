import type { LogEntry } from 'p8a'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { SeenLines } from '../../../../pods/fleet/host/seen-lines.ts'

const test = suite('seen-lines')

const line = (second: number, text = 'x'): LogEntry => ({
  ...{ time: `2026-11-29T10:00:${String(second).padStart(2, '0')}.000000000Z`, run: 'web.1', pod: 'web' },
  ...{ source: 'stdout', tags: [], text },
})

test('before anything was seen the query is as it is', () => {
  assert.equal(new SeenLines().again({ limit: 0, follow: true }), { limit: 0, follow: true })
})

test('again() asks from a little before the newest line on, and passes over what was seen, as often as it was', () => {
  const seen = new SeenLines()
  for (const second of [1, 20, 30, 30]) assert.ok(seen.isNew(line(second)))
  const query = seen.again({ name: 'web', limit: 2 })
  assert.equal(query, { name: 'web', since: '2026-11-29T10:00:20.000Z' })
  assert.equal(
    [line(20), line(30), line(30), line(30), line(25), line(30, 'y')].map(one => seen.isNew(one)),
    [...[false, false, false, true, true, true]],
  )
})

test('again() asks for nothing that is older than the oldest line: that was not wanted', () => {
  const seen = new SeenLines()
  seen.isNew(line(29))
  seen.isNew(line(30))
  assert.equal(seen.again({}), { since: line(29).time })
})

test('again() asks for nothing that is not remembered any more: it would come twice', () => {
  const seen = new SeenLines()
  const lines = Array.from({ length: 25_000 }, (_, at) => ({
    ...line(1),
    time: `2026-11-29T10:00:01.${String(at).padStart(9, '0')}Z`,
  }))
  for (const one of lines) seen.isNew(one)
  const { since = '' } = seen.again<{ since?: string }>({})
  assert.equal(
    lines.filter(one => one.time >= since && seen.isNew(one)),
    [],
  )
  assert.ok(lines.filter(one => one.time >= since).length >= 10_000)
})

test.run()

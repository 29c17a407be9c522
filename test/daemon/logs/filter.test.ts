// Which entries a query asks for.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { entryFilter } from '../../../daemon/logs/filter.ts'
import type { LogQuery } from '../../../daemon/logs/log-query.ts'
import type { LogEntry } from '../../../protocol/words.ts'

const entries: LogEntry[] = [
  { time: '1', source: 'stdout', pod: 'web', run: 'web.1', tags: [], text: 'a' },
  { time: '2', source: 'stderr', pod: 'web', run: 'web.11', tags: ['db'], text: 'b' },
  { time: '3', source: 'host', pod: 'web', tags: ['lifecycle', 'info'], text: 'c' },
  { time: '4', source: 'stdout', pod: 'worker', run: 'worker.1', tags: [], text: 'd' },
  { time: '5', source: 'host', tags: ['link', 'warn'], text: 'e' },
]

for (const [query, texts] of [
  [{}, 'abcde'],
  [{ pod: 'web' }, 'abc'],
  [{ pod: 'web', run: 1 }, 'a'],
  [{ since: '2' }, 'bcde'],
  [{ until: '2' }, 'a'],
  [{ since: '2', until: '4' }, 'bc'],
  [{ tags: ['stdout'] }, 'ad'],
  [{ tags: ['db', 'warn'] }, 'be'],
  [{ tags: ['host'] }, 'ce'],
  [{ tags: [] }, ''],
  [{ grep: 'C' }, 'c'],
  [{ grep: '' }, 'abcde'],
  [{ grep: 'a', pod: 'worker' }, ''],
  [{ pod: 'web', tags: ['info'], since: '3' }, 'c'],
] as [LogQuery, string][]) {
  test(`entryFilter() takes of ${JSON.stringify(query)} what it asks for`, () => {
    const found = entryFilter(query)(entries)
    assert.is(found.map(({ text }) => text).join(''), texts)
  })
}

test('entryFilter() finds no password that the host hides in its own lines', () => {
  const text = 'given postgres://app:hunter2@db/x'
  const said = (source: 'host' | 'stdout'): LogEntry => ({ time: '1', source, tags: [], text })
  assert.equal(entryFilter({ grep: 'hunter2' })([said('host')]), [])
  assert.is(entryFilter({ grep: 'HUNTER2' })([said('stdout')]).length, 1)
  assert.is(entryFilter({ grep: 'postgres' })([said('host')]).length, 1)
})

test.run()

import type { LogEntry } from 'p8a'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hrTimeOf, LogRecords } from '../../../pods/otlp/log-records.ts'

const from = { id: 'one', version: '1.2.3', host: 'box', path: 'lab' }
const entry: LogEntry = {
  ...{ time: '2026-01-02T03:04:05.000000789Z', pod: 'web', run: 'web.1', source: 'stderr' },
  ...{ tags: ['stderr', 'db'], text: '[db] slow' },
}

test('LogRecords tells of a line its run, its time to the nanosecond, its stream and its tags', () => {
  const { hrTime, body, attributes, resource } = new LogRecords(from).of(entry)
  assert.equal(hrTime, [Date.UTC(2026, 0, 2, 3, 4, 5) / 1000, 789])
  assert.is(body, '[db] slow')
  assert.equal(attributes, { 'log.iostream': 'stderr', 'p8a.tags': ['db'] })
  assert.equal(resource.attributes, {
    ...{ 'service.name': 'web', 'service.namespace': 'lab', 'service.instance.id': 'web.1', 'host.name': 'box' },
  })
})

test('LogRecords has one resource for all lines of a run, and one for the host', () => {
  const records = new LogRecords(from)
  assert.is(records.of(entry).resource, records.of({ ...entry, text: 'other' }).resource)
  const { run: _, pod: __, ...bare } = entry
  const host = records.of({ ...bare, source: 'host', tags: ['host'] })
  assert.equal([host.resource.attributes['service.name'], host.attributes], ['p8a', {}])
  for (let run = 0; run < 2500; run++) records.of({ ...entry, run: `web.${run}` })
})

test('hrTimeOf() takes times with fewer digits', () => {
  assert.equal(hrTimeOf('1970-01-01T00:00:02.5Z'), [2, 500_000_000])
  assert.equal(hrTimeOf('1970-01-01T00:00:02Z'), [2, 0])
})

test.run()

// Log files with anything in them: every query ends, with entries that are entries, and no more text than there is.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import type { LogQuery } from '../../../daemon/logs/log-query.ts'
import { readLogs } from '../../../daemon/logs/query.ts'
import { damaged, nearly, oddNumber, oddValue, textOf } from '../garbage.ts'
import { holdsFor, type Target } from '../target.ts'

const times = ['2026-11-20T10:00:00.000000001Z', '2026-11-20T10:00:01.000000000Z', '0000-99-99T99:99:99.999999999Z']
const criLine = fc
  .tuple(fc.constantFrom(...times), fc.constantFrom('stdout', 'stderr'), fc.constantFrom('F', 'P', 'X'), fc.string())
  .map(parts => `${parts.join(' ')}\n`)
const hostLine = nearly({
  level: fc.constantFrom(30, 50, 'info'),
  time: fc.oneof(fc.constantFrom('2026-11-20T10:00:00.000Z', 1_763_632_800_000), oddNumber),
  tag: fc.constant('lifecycle'),
  pod: fc.constant('web'),
  run: fc.constant('web.1'),
  msg: fc.string(),
  more: oddValue,
}).map(fields => `${textOf(fields)}\n`)

const content = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(damaged(fc.oneof(criLine, hostLine)), { maxLength: 12 })
      .map(lines => Buffer.from(lines.join(''))),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.nat(300_000).map(length => Buffer.alloc(length, 'x')) },
)

const files = fc.dictionary(
  fc.constantFrom(
    'host.log',
    'host.log.1',
    'web/1.log',
    'web/1.log.1',
    'web/2.log',
    'web/999999999999999.log',
    'x/1.log',
  ),
  content,
  { minKeys: 1, maxKeys: 4 },
)

const time = fc.option(fc.constantFrom('2026-11-20T10:00:00.500000000Z', '0000-01-01T00:00:00.000000000Z'), {
  nil: undefined,
})
const query = fc.record({
  pod: fc.constantFrom(undefined, 'web'),
  run: fc.constantFrom(undefined, undefined, 1),
  tags: fc.constantFrom(undefined, undefined, ['stdout'], ['info'], ['unparsed']),
  since: time,
  until: time,
  limit: fc.constantFrom(undefined, 0, 1, 100),
})

export const logs: Target = {
  id: 'logs',
  promise: 'a query of log files ends with entries, whatever the files hold',
  open: () => {
    const dir = mkdtempSync(join(tmpdir(), 'p8a-fuzz-logs-'))
    return {
      property: holdsFor(fc.tuple(files, query), async ([files, query]) => {
        rmSync(dir, { recursive: true, force: true })
        for (const [name, bytes] of Object.entries(files)) {
          mkdirSync(join(dir, name, '..'), { recursive: true })
          writeFileSync(join(dir, name), bytes)
        }
        const asked = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as LogQuery
        for await (const batch of readLogs(dir, asked, { signal: AbortSignal.timeout(10_000) })) {
          for (const { time, source, text } of batch) {
            assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/)
            assert.deepEqual([typeof source, typeof text], ['string', 'string'])
          }
        }
      }),
      close: async () => rmSync(dir, { recursive: true, force: true }),
    }
  },
}

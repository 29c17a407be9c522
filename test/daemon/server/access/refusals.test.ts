// Which refusals are written one by one, and which are counted.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Refusals } from '../../../../daemon/server/access/refusals.ts'
import type { AuditEntry } from '../../../../protocol/words-host.ts'
import { entry } from './audit-entries.ts'

function refusalsOf(auditRefusalWindow = 60_000) {
  const written: AuditEntry[] = []
  const { promise: counted, resolve } = Promise.withResolvers<void>()
  const log = {
    write: (one: AuditEntry) => {
      written.push(one)
      if (one.count !== undefined) resolve()
    },
  }
  const clock = { nowMs: () => 0, wallMs: () => 1000 }
  const refusals = new Refusals(log, { clock, settings: { auditRefusals: 2, auditRefusalWindow } })
  return { written, refusals, counted }
}

const refused = (nth: number, who = 'ci', outcome = 'forbidden'): AuditEntry => ({ ...entry(nth), who, outcome })

test('write() writes the first refusals of each client, and every verb that was done', () => {
  const { written, refusals } = refusalsOf()
  for (let nth = 1; nth <= 5; nth++) refusals.write(refused(nth))
  for (let nth = 6; nth <= 9; nth++) refusals.write(entry(nth))
  refusals.write(refused(10, 'other'))
  assert.equal(
    written.map(({ pod }) => pod),
    ['pod-1', 'pod-2', 'pod-6', 'pod-7', 'pod-8', 'pod-9', 'pod-10'],
  )
  refusals.close()
})

test('close() writes how many there were of each verb and outcome', () => {
  const { written, refusals } = refusalsOf()
  for (let nth = 0; nth < 5; nth++) refusals.write(refused(nth))
  refusals.write(refused(9, 'ci', 'pod_not_found'))
  refusals.close()
  const about = { time: '1970-01-01T00:00:01.000Z', who: 'ci', from: '192.0.2.1', verb: 'pod.start', path: '' }
  assert.equal(written.slice(2), [
    { ...about, outcome: 'forbidden', count: 3 },
    { ...about, outcome: 'pod_not_found', count: 1 },
  ])
  refusals.close()
  assert.is(written.length, 4)
})

test('write() begins anew when the time is over', async () => {
  const { written, refusals, counted } = refusalsOf(1)
  for (let nth = 0; nth < 4; nth++) refusals.write(refused(nth))
  await counted
  refusals.write(refused(5))
  assert.equal(
    written.map(({ count, pod }) => count ?? pod),
    ['pod-0', 'pod-1', 2, 'pod-5'],
  )
  refusals.close()
})

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { RunRecord } from '../../../daemon/store/run-record.ts'
import { infoOf, processStatusOf } from '../../../daemon/verbs/run-info.ts'

const startedAt = '2026-11-20T10:00:00.000Z'
const record = { id: 'web.1', slot: 0, version: 2, state: 'up', startedAt, ticket: 'secret' } as RunRecord

test('infoOf() tells nobody the ticket, and nothing that is not known', () => {
  assert.equal(infoOf(record), { id: 'web.1', slot: 0, version: 2, state: 'up', startedAt })
})

test('infoOf() tells of a script when it was asked for, with what, and what it wrote', () => {
  const script = { queuedAt: startedAt, params: { A: '1' }, args: ['x'], outputBytes: 9, cut: true }
  const end = { code: 1, signal: null, reason: 'exited', message: 'no' } as const
  const info = infoOf({ ...record, state: 'ended', endedAt: startedAt, end, script } as unknown as RunRecord)
  assert.equal(
    [info.queuedAt, info.params, info.args, info.outputBytes, info.cut],
    [startedAt, { A: '1' }, ['x'], 9, true],
  )
  assert.equal([info.endedAt, info.end], [startedAt, end])
})

test('processStatusOf() says finished only of what ended with 0 by itself', () => {
  const ended = (reason: 'exited' | 'stopped', code: number | null) =>
    processStatusOf({ state: 'ended', end: { reason, code } })
  assert.equal([ended('exited', 0), ended('exited', 1), ended('stopped', 0)], ['finished', 'error', 'error'])
  assert.is(processStatusOf({ state: 'ended' }), 'error')
  assert.equal(
    (['queued', 'lost', 'spawning', 'up'] as const).map(state => processStatusOf({ state })),
    ['queued', 'lost', 'executing', 'executing'],
  )
})

test.run()

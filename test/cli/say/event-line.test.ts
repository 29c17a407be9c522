import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { EventLines } from '../../../cli/say/event-line.ts'
import { Output } from '../../../cli/say/output.ts'
import type { HostEvent } from '../../../protocol/events.ts'

process.env.NO_COLOR = '1'
process.env.TZ = 'UTC'

test('EventLines shows time, pod, type and facts, and nothing that controls a terminal', () => {
  const lines = new EventLines(new Output({ json: false }))
  const at = '2026-11-20T10:00:00.123Z'
  const env: HostEvent = { number: 1, at, type: 'env-changed', path: 'lab', pod: 'web', names: ['A', 'B'] }
  assert.is(lines.render(env), '2026-11-20 10:00:00.123 lab.web env-changed    names ["A","B"]')
  const broken: HostEvent = { number: 2, at, type: 'broken', path: '', pod: 'web', problem: 'no\u001b[2Jpe' }
  assert.is(lines.render(broken), '2026-11-20 10:00:00.123 web     broken         problem no\\x1b[2Jpe')
  const woke: HostEvent = { number: 3, at, type: 'woke', path: '', pod: 'web' }
  assert.is(lines.render(woke), '2026-11-20 10:00:00.123 web     woke')
})

test.run()

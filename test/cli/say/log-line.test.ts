import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { LogLines } from '../../../cli/say/log-line.ts'
import { Output } from '../../../cli/say/output.ts'

process.env.NO_COLOR = '1'
process.env.TZ = 'UTC'
const time = '2026-11-20T10:00:00.123456789Z'

test('LogLines shows time, run and text, and marks stderr and the host', () => {
  const lines = new LogLines(new Output({ json: false }))
  const web = { time, pod: 'web', run: 'web.7', tags: [] }
  assert.is(lines.render({ ...web, source: 'stdout', text: 'hello' }), '2026-11-20 10:00:00.123 web.7 | hello')
  assert.is(lines.render({ ...web, source: 'stderr', text: ' oops' }), '2026-11-20 10:00:00.123 web.7 !  oops')
  assert.is(lines.render({ ...web, source: 'host', text: 'up' }), '2026-11-20 10:00:00.123 web.7 * up')
  assert.is(lines.render({ time, source: 'host', tags: [], text: 'ready' }), '2026-11-20 10:00:00.123 host  * ready')
})

test('LogLines shows by … that the beginning of a line stands in the entry before', () => {
  const lines = new LogLines(new Output({ json: false }))
  const web = { time, pod: 'web', run: 'web.7', source: 'stdout' as const }
  assert.match(lines.render({ ...web, tags: ['rest'], text: 'the end' }), / web\.7 \|…the end$/)
  assert.match(lines.render({ ...web, tags: ['rest'], text: '[rest] in peace' }), / web\.7 \| \[rest\] in peace$/)
})

/** On a terminal. */
class Terminal extends Output {
  override get isTerminal(): boolean {
    return true
  }
}

test('LogLines shows what a logger wrote as JSON by its parts on a terminal, and as it is elsewhere', () => {
  const text = '{"level":50,"msg":"no\\u001b[2J","err":{"stack":"Error: no\\n    at a.js"}}'
  const web = { time, pod: 'web', run: 'web.7', source: 'stdout' as const, tags: [], text }
  const [terminal, elsewhere] = [new Terminal({ json: false }), new Output({ json: false })]
  assert.match(new LogLines(terminal).render(web), / \| ERROR no\\x1b\[2J\n {4}Error: no\n {8}at a\.js$/)
  for (const lines of [new LogLines(elsewhere), new LogLines(terminal, { isRaw: true })])
    assert.ok(lines.render(web).endsWith(`| ${text}`))
})

test.run()

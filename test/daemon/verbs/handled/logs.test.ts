import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { LogEntry } from '../../../../protocol/words.ts'
import { failsWith } from '../../../fails.ts'
import { Inside } from '../../inside/host.ts'

const path = 'lab'

/** A host whose owner's log is that. */
async function logging(logs: (query: unknown) => unknown): Promise<Inside> {
  const host = await Inside.open()
  const lab = await host.mount(path, { handles: ['logs'] })
  lab.functions = { logs }
  return host
}

async function* lines(count: number) {
  for (let at = 0; at < count; at++) yield `line ${at}`
}

/** All that is sent, in one list. */
function receiver() {
  const entries: LogEntry[] = []
  return { entries, send: async (batch: LogEntry[]) => void entries.push(...batch) }
}

test('handledLogs() gives the handler the query without path and stream, and the client its lines', async () => {
  let query: Record<string, unknown> = {}
  await using host = await logging(asked => {
    query = asked as typeof query
    return ['one', { text: 'two' }]
  })
  const { entries, count, truncated } = await host.do('pod.logs', { path, name: 'web', limit: 5 })
  assert.equal([entries.map(({ text }) => text), count, truncated], [['one', 'two'], 2, false])
  assert.equal([query.name, query.limit, 'path' in query, 'stream' in query], ['web', 5, false, false])
  assert.ok(query.by)
})

test('handledLogs() gives the newest lines of an answer that is too long', async () => {
  await using host = await logging(() => Array.from({ length: 2500 }, (_, at) => `line ${at}`))
  const { entries, truncated } = await host.do('pod.logs', { path })
  assert.equal([entries.length, entries.at(-1)?.text, truncated], [2000, 'line 2499', true])
})

test('handledLogs() takes no more of a stream than an answer holds', async () => {
  await using host = await logging(() => lines(1_000_000))
  const { entries, truncated } = await host.do('pod.logs', { path })
  assert.equal([entries.length, truncated], [2000, true])
})

test('handledLogs() sends what comes to whoever reads a stream, and counts it', async () => {
  for (const logs of [() => lines(3), () => ['line 0', 'line 1', 'line 2']]) {
    await using host = await logging(logs)
    const { entries, send } = receiver()
    const answer = await host.do('pod.logs', { path, stream: true }, { send })
    assert.equal(answer, { entries: [], count: 3, truncated: false })
    assert.equal(
      entries.map(({ text }) => text),
      ['line 0', 'line 1', 'line 2'],
    )
  }
})

test('handledLogs() refuses to follow without a stream, and lines that are none', async () => {
  await using host = await logging(async function* () {
    yield 'one'
    yield { line: 'two' }
  })
  await failsWith('bad_params', () => host.do('pod.logs', { path, follow: true }))
  await failsWith('unsupported', () => host.do('pod.logs', { path, stream: true }))
  await failsWith('bad_answer', () => host.do('pod.logs', { path, stream: true }, { send: async () => {} }))
})

test.run()

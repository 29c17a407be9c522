import { writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { logTime } from '../../../protocol/cri.ts'
import type { LogEntry } from '../../../protocol/words.ts'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

const log = (host: Inside, params: object, send?: (entries: LogEntry[]) => Promise<void>) =>
  host.do('pod.logs', params, send ? { send } : {})

/** A pod whose two runs have a line each. */
async function withLogs(): Promise<Inside> {
  const host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web', config: { scale: 2 } })
  const { logs } = host.seams.paths.pod('web')
  for (const run of [1, 2]) writeFileSync(`${logs}/${run}.log`, `${logTime(Date.now())} stdout F line of ${run}\n`)
  return host
}

test('logs() gives the lines of a host, of a pod, of a run, by either of its names', async () => {
  await using host = await withLogs()
  const textsOf = async (params: object) => (await log(host, params)).entries.map(({ text }) => text)
  assert.is((await textsOf({})).length, 2)
  assert.equal(await textsOf({ name: 'web.2' }), ['line of 2'])
  assert.equal(await textsOf({ name: 'web', run: '1' }), ['line of 1'])
  assert.equal(await textsOf({ run: 'web.1' }), ['line of 1'])
  assert.equal(await textsOf({ name: 'web', limit: 1 }), ['line of 2'])
})

test('logs() streams where the client can have that, and counts', async () => {
  await using host = await withLogs()
  const sent: LogEntry[] = []
  const answer = await log(host, { stream: true }, async entries => void sent.push(...entries))
  assert.equal([answer, sent.length], [{ entries: [], count: 2, truncated: false }, 2])
})

test('logs() does not show what was said of another pod that had the name before', async () => {
  await using host = await withLogs()
  const { logs } = host.seams.paths.pod('web')
  writeFileSync(`${logs}/1.log`, `${logTime(Date.now() - 86_400_000)} stdout F of another life\n`)
  assert.equal(
    (await log(host, { name: 'web' })).entries.map(({ text }) => text),
    ['line of 2'],
  )
})

test('logs() says that there is more than an answer holds', async () => {
  await using host = await withLogs()
  const lines = Array.from({ length: 2100 }, (_, n) => `${logTime(Date.now() + n)} stdout F ${n}\n`)
  writeFileSync(`${host.seams.paths.pod('web').logs}/1.log`, lines.join(''))
  const { entries, truncated } = await log(host, {})
  assert.equal([entries.length, truncated], [2000, true])
  assert.is((await log(host, { limit: 10 })).truncated, false)
})

test('logs() refuses what it cannot do: follow without a stream, a stream over HTTP, runs that are none', async () => {
  await using host = await withLogs()
  await failsWith('bad_params', () => log(host, { follow: true }))
  await failsWith('unsupported', () => log(host, { stream: true }))
  await failsWith('pod_not_found', () => log(host, { name: 'nobody' }))
  assert.match(
    (await failsWith('run_not_found', () => log(host, { name: 'web.7' }))).hint ?? '',
    'The last one is web.2',
  )
  for (const params of [{ name: 'web', run: 'other.1' }, { run: '7' }, { run: 'x' }, { name: 'web', run: '0' }])
    await failsWith('run_not_found', () => log(host, params))
})

test.run()

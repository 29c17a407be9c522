import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/logs.ts'
import { failsWith } from '../../fails.ts'
import { type Behave, doing } from './doing.ts'

const entry = {
  time: '2026-11-20T10:00:00.000000000Z',
  pod: 'web',
  run: 'web.7',
  source: 'stdout',
  tags: [],
  text: 'hello',
}

/** Sends an entry, and then the end. */
const oneEntry: Behave = (_request, { value, answer }) => {
  value([entry])
  answer({ entries: [], count: 1, truncated: false })
}

test('run() asks for what its options say, and prints a line for each entry', async () => {
  const options = { tag: ['db', 'stderr'], run: '7', lines: '5' }
  const { asked, lines } = await doing(run, { args: ['local', 'web'], options }, { 'pod.logs': oneEntry })
  assert.equal(asked, [
    ['pod.logs', { name: 'web', run: '7', tags: ['db', 'stderr'], limit: 5, follow: false, stream: true }],
  ])
  assert.match(lines, /web\.7 \| hello\n$/)
})

test('run() prints an entry as JSON for programs', async () => {
  const { lines } = await doing(run, { args: ['local'], json: true }, { 'pod.logs': oneEntry })
  assert.equal(JSON.parse(lines), entry)
})

test('run() asks from and until the time that --time means, and refuses what is no time', async () => {
  const options = { time: '2026-11-20T10:00Z to 2026-11-20T11:00Z' }
  const { asked } = await doing(run, { args: ['local'], options }, { 'pod.logs': oneEntry })
  const [, { since, until } = {}] = asked[0] ?? []
  assert.equal(
    [since, until].map(time => Date.parse(String(time))),
    [Date.parse('2026-11-20T10:00Z'), Date.parse('2026-11-20T11:00Z')],
  )
  await failsWith('bad_time', () => doing(run, { args: ['local'], options: { time: 'nonsense' } }))
})

test('run() asks from --since and until --until too, and searches for --grep', async () => {
  const options = { since: '2026-11-20T10:00Z', until: '2026-11-20T11:00Z', grep: 'time out' }
  const { asked } = await doing(run, { args: ['local'], options }, { 'pod.logs': oneEntry })
  const [, { since, until, grep, limit } = {}] = asked[0] ?? []
  assert.equal(
    [Date.parse(String(since)), Date.parse(String(until))],
    [Date.parse(options.since), Date.parse(options.until)],
  )
  assert.equal([grep, limit], ['time out', undefined])
  await failsWith('usage', () => doing(run, { args: ['local'], options: { time: '5m', since: '3m' } }))
  await failsWith('bad_time', () => doing(run, { args: ['local'], options: { until: 'nonsense' } }))
})

test('run() refuses times that end before they begin, and to follow what has an end', async () => {
  const wrong = [
    [{ since: '2026-11-20T10:00Z', until: '2026-11-20T09:00Z' }, 'bad_time', /--until .* is before --since/],
    [{ follow: true, until: 'now' }, 'usage', /--follow with --until/],
    [{ follow: true, time: 'yesterday' }, 'usage', /--follow with --time "yesterday": that is over/],
  ] as const
  for (const [options, code, says] of wrong) {
    const error = await failsWith(code, async () => await doing(run, { args: ['local'], options }))
    assert.match(error.message, says)
  }
})

test.run()

// Any query over any files gives what a naive reader gives that holds everything, whatever the sizes of its blocks.
// Not tested here: clocks that go back, for which a window is approximate, and parts more than 64 KiB apart.
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseHostLine } from '../../../daemon/logs/host-entries.ts'
import type { LogQuery } from '../../../daemon/logs/log-query.ts'
import { readLogs } from '../../../daemon/logs/query.ts'
import type { LogEntry } from '../../../protocol/words.ts'
import { all, host, LogDir, time } from './log-dir.ts'
import { type NaiveRun, naiveRead } from './naive.ts'

type Line = {
  step: number
  kind: 'F' | 'P' | 'foreign'
  isErr: boolean
  text: string
  endsFile: boolean
  isTorn: boolean
}

const oneOf = <T>(...values: T[]) => fc.constantFrom(...values)

const textArbitrary = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 12, unit: oneOf('a', 'b', ' ', '[', ']', 'é', '😀') }) },
  { weight: 1, arbitrary: oneOf('[db] slow', '[http] get', '') },
)

const lineArbitrary: fc.Arbitrary<Line> = fc.record({
  step: oneOf(0, 0, 1, 2, 999_999, 1_000_000),
  kind: oneOf('F', 'F', 'F', 'P', 'P', 'foreign'),
  isErr: fc.boolean(),
  text: textArbitrary,
  endsFile: fc.integer({ min: 0, max: 9 }).map(n => n === 0),
  isTorn: fc.boolean(),
})

const queryArbitrary = fc.record({
  pod: oneOf(undefined, 'web', 'web', 'worker'),
  run: oneOf(undefined, undefined, 1, 2),
  tags: oneOf(undefined, undefined, ['stdout'], ['db', 'stderr'], ['host'], ['unparsed', 'lifecycle'], ['info']),
  /** Places in the list of all times that occur, as shares of it. */
  since: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
  until: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
  limit: oneOf(undefined, undefined, 0, 1, 3, 20, 1000),
})

const hostArbitrary = fc.array(
  fc.record({
    stepMs: oneOf(0, 1, 2),
    pod: oneOf(undefined, 'web', 'worker'),
    run: oneOf(1, 2),
    tag: oneOf('lifecycle', 'link'),
  }),
  { maxLength: 20 },
)

/** The files of a run, oldest first. A file may end in a line without newline. */
function filesOf(lines: Line[], pad = ''): string[] {
  const files = ['']
  let at = 0
  for (const { step, kind, isErr, text, endsFile, isTorn } of lines) {
    at += step
    const stream = isErr ? 'stderr' : 'stdout'
    const line = kind === 'foreign' ? `foreign ${text}` : `${time(at)} ${stream} ${kind} ${text}${pad}`
    files.push(`${files.pop()}${line}${isTorn && endsFile ? '' : '\n'}`)
    if (endsFile) files.push('')
  }
  return files
}

async function writeRun(logs: LogDir, { pod, run, files }: NaiveRun): Promise<void> {
  for (const [index, content] of files.entries()) {
    const isLive = index === files.length - 1
    await logs.write(`${pod}/${run}.log${isLive ? '' : `.${index + 1}`}`, content)
  }
}

function hostLines(lines: { stepMs: number; pod: string | undefined; run: number; tag: string }[]): string[] {
  let at = 0
  return lines.map(({ stepMs, pod, run, tag }) => {
    at += stepMs
    return host(at, { msg: `at ${at}`, tag, ...(pod && { pod, run: `${pod}.${run}` }) })
  })
}

async function compare(content: { runs: NaiveRun[]; host: string[] }, asked: { query: LogQuery; blockBytes: number }) {
  using logs = new LogDir()
  for (const run of content.runs) await writeRun(logs, run)
  const half = Math.floor(content.host.length / 2)
  await logs.write('host.log.1', content.host.slice(0, half).join(''))
  await logs.write('host.log', content.host.slice(half).join(''))
  const hostEntries = content.host.map(line => parseHostLine(line.trimEnd()) as LogEntry)
  const expected = naiveRead({ runs: content.runs, host: hostEntries }, asked.query)
  const actual = await all(readLogs(logs.dir, asked.query, { blockBytes: asked.blockBytes }))
  assert.equal(actual, expected)
}

/** A query whose boundaries are times that occur. */
function queryOf(
  asked: { since: number | undefined; until: number | undefined } & LogQueryRest,
  runs: NaiveRun[],
): LogQuery {
  const times = runs.flatMap(({ files }) => files.join('\n').match(/^2026\S+/gm) ?? []).sort()
  const at = (share: number | undefined) => (share === undefined ? undefined : times[Math.floor(share * times.length)])
  const { since, until, pod, run, ...rest } = asked
  return { ...rest, pod, run: pod === undefined ? undefined : run, since: at(since), until: at(until) }
}

type LogQueryRest = Omit<LogQuery, 'since' | 'until'>

test('readLogs() gives what a naive reader gives', async () => {
  const linesArbitrary = fc.array(lineArbitrary, { minLength: 1, maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(
      fc.array(linesArbitrary, { minLength: 3, maxLength: 3 }),
      hostArbitrary,
      queryArbitrary,
      fc.integer({ min: 1, max: 3000 }),
      async ([one = [], two = [], three = []], hostParts, asked, blockBytes) => {
        const runs = [
          { pod: 'web', run: 1, files: filesOf(one) },
          { pod: 'web', run: 2, files: filesOf(two) },
          { pod: 'worker', run: 1, files: filesOf(three) },
        ].filter(({ files }) => /^2026/m.test(files.join('\n')))
        await compare({ runs, host: hostLines(hostParts) }, { query: queryOf(asked, runs), blockBytes })
      },
    ),
    { numRuns: 300 },
  )
})

test('readLogs() gives what a naive reader gives, of files that are too large to be read at once', async () => {
  const linesArbitrary = fc.array(lineArbitrary, { minLength: 100, maxLength: 400 })
  await fc.assert(
    fc.asyncProperty(
      fc.array(linesArbitrary, { minLength: 2, maxLength: 2 }),
      queryArbitrary,
      fc.integer({ min: 1000, max: 100_000 }),
      async ([one = [], two = []], asked, blockBytes) => {
        const pad = 'x'.repeat(2000)
        const runs = [
          { pod: 'web', run: 1, files: filesOf(alternate(one), pad) },
          { pod: 'worker', run: 2, files: filesOf(alternate(two), pad) },
        ].filter(({ files }) => /^2026/m.test(files.join('\n')))
        await compare({ runs, host: [] }, { query: queryOf(asked, runs), blockBytes })
      },
    ),
    { numRuns: 60 },
  )
})

/** No stream is silent for long, so that the parts of a line stay near each other. */
function alternate(lines: Line[]): Line[] {
  return lines.map((line, index) => (index % 8 < 2 ? { ...line, isErr: index % 8 === 0, kind: 'F' } : line))
}

test.run()

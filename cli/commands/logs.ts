// pod logs: prints the log lines that are asked for as they arrive, never holding more than a few batches.
import { once } from 'node:events'
import { P8aError } from '../../protocol/errors.ts'
import type { LogEntry } from '../../protocol/words.ts'
import type { Context, Run } from '../argv/command.ts'
import type { Options } from '../argv/options.ts'
import { type RemoteHost, withHost } from '../remote/remote-host.ts'
import type { LogsAsked } from '../remote/seen-lines.ts'
import { LogLines } from '../say/log-line.ts'
import type { Output } from '../say/output.ts'
import { printErr } from '../say/print.ts'
import type { WireSpan } from '../time/time.ts'
import { merged } from './merged.ts'
import { allPods, checkedNames, isMany, type Named } from './named.ts'
import { OneByOne } from './one-by-one.ts'
import { readRun } from './read-run.ts'
import { readBeginning, readEnd, readSpan } from './read-time.ts'

export const run: Run = async ({ args: [remote = '', ...names], isImplied, options }, context) => {
  const { output } = context
  isMany(names)
  const [name] = names
  const given = await readOptions(options, output)
  const limit = given.limit ?? screenful({ options, output })
  const asked = {
    ...given,
    ...(limit === undefined ? {} : { limit }),
    ...(names.length !== 1 || name === undefined || name === allPods ? {} : { name }),
  }
  const lines = new LogLines(output, { isRaw: options.has('raw') })
  const show = async (entries: readonly LogEntry[]) => {
    const texts = entries.map(entry => (output.json ? JSON.stringify(entry) : lines.render(entry)))
    // This waits for a slow reader, and the host waits for this, so that nothing piles up.
    if (!output.write(texts.join('\n'))) await once(process.stdout, 'drain')
  }
  if (names.length > 1) return await showSeveral({ remote, named: { names, isImplied }, asked, show }, context)
  if (asked.follow) await (await import('./follow-logs.ts')).followLogs(remote, context, { asked, show })
  else {
    const count = await withHost(remote, context, async host => await showLogs(host, asked, show))
    if (given.limit === undefined && limit !== undefined && count >= limit) tellOfMore({ remote, name, count, output })
  }
  return 0
}

type Several = {
  remote: string
  named: Named
  asked: LogsAsked
  show: (entries: readonly LogEntry[]) => Promise<void>
}

/** Of each pod so many lines as were asked for, all in order of time; while they are followed, as they come. */
async function showSeveral({ remote, named, asked, show }: Several, context: Context): Promise<number> {
  const several = new OneByOne(remote, context.output)
  const names = await withHost(remote, context, async host => {
    const names = await checkedNames(host, named)
    const logs = names.map(name => several.each(host.logs({ ...asked, name })))
    if (!asked.follow) for await (const entries of merged(logs)) await show(entries)
    return names
  })
  if (asked.follow) {
    const { followLogs } = await import('./follow-logs.ts')
    const follow = (name: string) => followLogs(remote, context, { asked: { ...asked, name }, show })
    await Promise.all(names.map(async name => await several.one(async () => await follow(name))))
  }
  return several.code
}

async function showLogs(
  host: RemoteHost,
  asked: LogsAsked,
  show: (entries: readonly LogEntry[]) => Promise<void>,
): Promise<number> {
  let count = 0
  for await (const entries of host.logs(asked)) {
    count += entries.length
    await show(entries)
  }
  return count
}

/** Room for the prompt, and for the line that says how to see more. */
const spareRows = 3
const leastLines = 10

/**
 * How many lines are shown to a person who asked for no time and no number: as many as the screen has room for. A program
 * gets all.
 */
function screenful({ options, output }: { options: Options; output: Output }): number | undefined {
  const isAsked = ['time', 'since', 'until', 'all', 'grep'].some(name => options.has(name))
  if (isAsked || output.json || !output.isTerminal) return undefined
  return Math.max(leastLines, (process.stdout.rows ?? 0) - spareRows)
}

type Shown = { remote: string; name: string | undefined; count: number; output: Output }

function tellOfMore({ remote, name, count, output }: Shown): void {
  const more = (options: Readonly<Record<string, string | true>>) =>
    output.command({ verb: 'logs', remote, args: name === undefined ? [] : [name], options })
  printErr(`The last ${count} lines. More: ${more({ lines: '1000' })}, ${more({ all: true })}\n`)
}

async function readOptions(options: Options, output: Output): Promise<LogsAsked> {
  const run = options.read('run', readRun)
  const limit = options.wholeNumber('lines')
  const grep = options.text('grep')
  const span = await readTimes(options)
  if (['time', 'since', 'until'].some(name => options.has(name)))
    (await import('./tell-span.ts')).tellSpan(span, { output, goesOn: options.has('follow') })
  return {
    ...span,
    ...(run === undefined ? {} : { run }),
    ...(grep === undefined ? {} : { grep }),
    ...(options.has('tag') ? { tags: options.all('tag') } : {}),
    ...(limit === undefined ? {} : { limit }),
    follow: options.has('follow'),
  }
}

/** @throws {P8aError} `bad_time`; `usage` if both are given */
async function readTimes(options: Options): Promise<WireSpan> {
  const [time, since, until] = ['time', 'since', 'until'].map(name => options.text(name))
  if (time !== undefined && (since ?? until) !== undefined)
    throw new P8aError('usage', 'Give either --time or --since and --until', {
      hint: 'Both in one: --time "yesterday 14:00 to 15:00"',
    })
  if (until !== undefined && options.has('follow'))
    throw new P8aError('usage', 'Cannot use --follow with --until: what is followed has no end', {
      hint: 'Leave one of them out',
      facts: { option: 'until', value: until },
    })
  if (time !== undefined) return notOver((await options.read('time', readSpan)) ?? {}, time, options)
  const [from, to] = [await options.read('since', readBeginning), await options.read('until', readEnd)]
  const span = { ...(from !== undefined && { since: from }), ...(to !== undefined && { until: to }) }
  if (span.since !== undefined && span.until !== undefined && Date.parse(span.since) > Date.parse(span.until))
    throw new P8aError(
      'bad_time',
      `Cannot read --until ${JSON.stringify(until)}: it is before --since ${JSON.stringify(since)}`,
      { hint: `--since is ${span.since}, --until ${span.until}`, facts: { option: 'until', value: until } },
    )
  return span
}

/** What ended cannot be followed. @throws {P8aError} `usage` */
function notOver(span: WireSpan, time: string, options: Options): WireSpan {
  if (!options.has('follow') || span.until === undefined || Date.parse(span.until) > Date.now()) return span
  throw new P8aError('usage', `Cannot use --follow with --time ${JSON.stringify(time)}: that is over`, {
    hint: 'Leave one of them out',
    facts: { option: 'time', value: time },
  })
}

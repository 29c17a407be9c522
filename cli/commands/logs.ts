// pod logs: prints the log lines that are asked for as they arrive, never holding more than a few batches.
import { once } from 'node:events'
import type { LogEntry } from '../../protocol/words.ts'
import type { Run } from '../argv/command.ts'
import type { Options } from '../argv/options.ts'
import { type RemoteHost, withHost } from '../remote/remote-host.ts'
import type { LogsAsked } from '../remote/seen-lines.ts'
import { LogLines } from '../say/log-line.ts'
import type { Output } from '../say/output.ts'
import { allPods } from './all-pods.ts'
import { readSpan } from './read-time.ts'

export const run: Run = async ({ args: [remote = '', name], options }, context) => {
  const { output } = context
  const asked = { ...(await readOptions(options, output)), ...(name === undefined || name === allPods ? {} : { name }) }
  const lines = new LogLines(output)
  const show = async (entries: readonly LogEntry[]) => {
    const texts = entries.map(entry => (output.json ? JSON.stringify(entry) : lines.render(entry)))
    // This waits for a slow reader, and the host waits for this, so that nothing piles up.
    if (!output.write(texts.join('\n'))) await once(process.stdout, 'drain')
  }
  if (asked.follow) await (await import('./follow-logs.ts')).followLogs(remote, context, { asked, show })
  else await withHost(remote, context, async host => await showLogs(host, asked, show))
  return 0
}

async function showLogs(
  host: RemoteHost,
  asked: LogsAsked,
  show: (entries: readonly LogEntry[]) => Promise<void>,
): Promise<void> {
  for await (const entries of host.logs(asked)) await show(entries)
}

async function readOptions(options: Options, output: Output): Promise<LogsAsked> {
  const time = options.text('time')
  const run = options.text('run')
  const limit = options.wholeNumber('lines')
  const span = time === undefined ? {} : await readSpan(time)
  if (time !== undefined) (await import('./tell-span.ts')).tellSpan(span, { output, goesOn: options.has('follow') })
  return {
    ...span,
    ...(run === undefined ? {} : { run }),
    ...(options.has('tag') ? { tags: options.all('tag') } : {}),
    ...(limit === undefined ? {} : { limit }),
    follow: options.has('follow'),
  }
}

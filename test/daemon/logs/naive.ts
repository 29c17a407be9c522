// The plainest reader there can be, which the real one is compared with: it holds everything and filters at the end.
import type { LogQuery } from '../../../daemon/logs/log-query.ts'
import { parseCriLine } from '../../../protocol/cri.ts'
import type { LogEntry } from '../../../protocol/words.ts'

/** The files of one run, oldest first. */
export type NaiveRun = { pod: string; run: number; files: string[] }

/** @param runs in the order of pods and runs; their times never go back */
export function naiveRead(content: { host: LogEntry[]; runs: NaiveRun[] }, query: LogQuery): LogEntry[] {
  const { pod, run, tags, since = '', until = '~', limit = Infinity } = query
  const everything = [...content.host, ...content.runs.flatMap(entriesOf)]
  const wanted = everything
    .filter(entry => pod === undefined || entry.pod === pod)
    .filter(entry => run === undefined || entry.run === `${pod}.${run}`)
    .filter(entry => tags === undefined || [entry.source, ...entry.tags].some(tag => tags.includes(tag)))
    .filter(({ time }) => time >= since && time < until)
    .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
  return wanted.slice(Math.max(0, wanted.length - limit))
}

function entriesOf({ pod, run, files }: NaiveRun): LogEntry[] {
  const lines = files.flatMap(file => file.split('\n').filter(line => line !== ''))
  const entries: LogEntry[] = []
  const open = new Map<string, LogEntry>()
  let time = lines.map(line => parseCriLine(line)?.time).find(first => first !== undefined) ?? ''
  for (const line of lines) {
    const parsed = parseCriLine(line)
    time = parsed?.time ?? time
    const { stream, text, full } = parsed ?? { stream: 'stdout' as const, text: line, full: true }
    const before = parsed && open.get(stream)
    const entry = before ?? { time, pod, run: `${pod}.${run}`, source: stream, tags: [], text: '' }
    entry.text += text
    if (!before) entries.push(entry)
    if (parsed) open.set(stream, entry)
    if (parsed && full) open.delete(stream)
    entry.tags = parsed ? (/^\[([^\]]{1,100})\]/.exec(entry.text)?.slice(1) ?? []) : ['unparsed']
  }
  return entries
}

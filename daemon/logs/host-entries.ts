// Lines of the host's own log (pino: one JSON object a line) to entries. It knows nothing of files or queries.
import { logTime } from '../../protocol/cri.ts'
import type { LogEntry } from '../../protocol/words.ts'
import type { EntrySink } from './entry-sink.ts'

const levels: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
}

export class HostEntries implements EntrySink {
  keep = true
  readonly hasOpen = false
  readonly cuts = 0
  #done: LogEntry[] = []

  lines(text: string): void {
    if (!this.keep) return
    let start = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      const entry = parseHostLine(text.slice(start, end))
      if (entry) this.#done.push(entry)
      start = end + 1
    }
  }

  take(): LogEntry[] {
    const done = this.#done
    this.#done = []
    return done
  }

  loosen(): void {}

  finish(): void {}
}

/** Reads one line of `host.log`, or undefined if it is not one: torn by a crash, or not ours. */
export function parseHostLine(line: string): LogEntry | undefined {
  const fields = parseObject(line)
  if (!fields) return undefined
  const { level, time, msg, tag, pod, run, ...others } = fields
  const at = hostTime(time)
  if (at === undefined) return undefined
  const entry: LogEntry = { time: at, source: 'host', tags: [], text: typeof msg === 'string' ? msg : '' }
  if (typeof pod === 'string') entry.pod = pod
  if (typeof run === 'string') entry.run = run
  if (typeof tag === 'string') entry.tags.push(tag)
  const name = typeof level === 'number' ? levels[level] : level
  if (typeof name === 'string') entry.tags.push(name)
  entry.text += formatFields(others)
  return entry
}

/** The time of a line, from its beginning, without parsing it whole. */
export function hostLineTime(head: string): string | undefined {
  const mark = '"time":'
  const at = head.indexOf(mark)
  if (at === -1) return undefined
  const [, text, ms] = /^(?:"([^"]*)"|(\d+))[,}]/.exec(head.slice(at + mark.length)) ?? []
  return hostTime(text ?? Number(ms))
}

/** The last millisecond whose year has four digits, as all times in logs have. */
const lastMs = 253_402_300_799_999

/** pino writes a time as ISO text with milliseconds, or as a number of them. */
function hostTime(time: unknown): string | undefined {
  if (typeof time === 'number') return time >= 0 && time <= lastMs ? logTime(time) : undefined
  if (typeof time !== 'string') return undefined
  const [, seconds, fraction = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(time) ?? []
  return seconds && `${seconds}.${fraction.padEnd(9, '0')}Z`
}

function formatFields({ hostname, pid, v: _version, ...others }: Record<string, unknown>): string {
  // pino puts the daemon's pid beside its hostname. A pid without a hostname is that of a run, and worth showing.
  const told = hostname === undefined && pid !== undefined ? { pid, ...others } : others
  return Object.entries(told)
    .map(([key, value]) => ` ${key}=${formatValue(value)}`)
    .join('')
}

function formatValue(value: unknown): string {
  if (typeof value === 'string' && /^[^\s"=]+$/.test(value)) return value
  try {
    return JSON.stringify(value)
  } catch {
    // It can be parsed but is too deep to be written as text, so it is not ours.
    return '…'
  }
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    // A torn or foreign line is left out: the host's own log is for machines first.
    return undefined
  }
}

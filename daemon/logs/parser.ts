// Bytes of one series of files to entries: cuts lines and hands them to the sink of its format. It reads nothing itself.
import { logTime, parseCriLine } from '../../protocol/cri.ts'
import type { LogEntry } from '../../protocol/words.ts'
import type { EntrySink } from './entry-sink.ts'
import type { LogSeries } from './files.ts'
import { HostEntries, hostLineTime } from './host-entries.ts'
import { LineCutter } from './line-cutter.ts'
import { RunEntries } from './run-entries.ts'

export class LogParser {
  #cutter = new LineCutter()
  #sink: EntrySink
  #keep: boolean

  /**
   * @param options.time what a line without a time gets where no dated one came before it
   * @param options.inOrder false: entries come as they end, not in the order in which they began
   */
  constructor(series: LogSeries, options: { time?: string | undefined; inOrder: boolean }) {
    const { inOrder, time = logTime(series.files[0]?.mtimeMs ?? 0) } = options
    this.#sink = series.of ? new RunEntries(series.of, { time, inOrder }) : new HostEntries()
    this.#keep = this.#sink.keep
  }

  /** Whether a wanted entry, or a line, has begun and not ended. */
  get hasOpen(): boolean {
    return this.#sink.hasOpen || (this.#cutter.restBytes > 0 && this.#sink.keep)
  }

  /** Says whether lines that begin in the bytes to come are wanted. A line that has begun stays what it was. */
  set keep(keep: boolean) {
    this.#keep = keep
    if (this.#cutter.restBytes === 0) this.#sink.keep = keep
  }

  feed(bytes: Buffer): void {
    const text = this.#cutter.push(bytes)
    if (text === '') return
    if (this.#keep === this.#sink.keep) {
      this.#sink.lines(text)
      return
    }
    const first = text.indexOf('\n') + 1
    this.#sink.lines(text.slice(0, first))
    this.#sink.keep = this.#keep
    this.#sink.lines(text.slice(first))
  }

  /** The file ends here: a line never goes on in the next one. */
  endFile(): void {
    this.#sink.lines(this.#cutter.end())
    this.#sink.keep = this.#keep
  }

  /** The last file ends here for good. */
  finish(): void {
    this.endFile()
    this.#sink.finish()
  }

  /** From here on everything is wanted and comes as it ends, also what has begun. */
  loosen(): void {
    this.#sink.loosen()
    this.keep = true
    this.#sink.keep = true
  }

  /** The entries that are whole since the last call. */
  take(): LogEntry[] {
    return this.#sink.take()
  }
}

/** How many bytes of a line are enough to see its time. */
export const lineHeadBytes = 512

/** The time of a line, of which at least `lineHeadBytes` are given, or undefined where it has none. */
export function lineTime(series: LogSeries, head: string): string | undefined {
  return series.of ? parseCriLine(head)?.time : hostLineTime(head)
}

// Turns the bytes of one series of files into entries: cuts lines and gives them to the sink of their format. It reads
// no file.
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
   * @param options.time the time of a line without one, if no dated line came before it
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

  /** How often a line was cut since it was too long for one entry. */
  get cuts(): number {
    return this.#sink.cuts
  }

  /** Sets whether lines that begin in the next bytes are wanted. A line that has begun stays as it was. */
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

  /** The file ends here: a line never continues in the next one. */
  endFile(): void {
    this.#sink.lines(this.#cutter.end())
    this.#sink.keep = this.#keep
  }

  /** The last file ends here for good. */
  finish(): void {
    this.endFile()
    this.#sink.finish()
  }

  /** From here on everything is wanted and comes as it ends, including what has begun. */
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

/** The time of a line, from at least its first `lineHeadBytes`; undefined if it has none. */
export function lineTime(series: LogSeries, head: string): string | undefined {
  return series.of ? parseCriLine(head)?.time : hostLineTime(head)
}

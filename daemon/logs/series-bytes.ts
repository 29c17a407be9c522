// The files of one series as one sequence of bytes, oldest first. It knows where files end, but nothing of lines.
import type { ReadBytes } from './bytes.ts'
import type { LogFile, LogSeries } from './files.ts'

export type Block = {
  bytes: Buffer
  /** Where the next block begins. */
  next: number
  /** Whether a file ends with this block. */
  endsFile: boolean
}

export class SeriesBytes {
  readonly series: LogSeries
  /** The size of all files together, as they were listed. */
  readonly size: number
  #read: ReadBytes
  #spans: { file: LogFile; start: number; end: number }[] = []

  constructor(series: LogSeries, read: ReadBytes) {
    this.series = series
    this.#read = read
    let start = 0
    for (const file of series.files) {
      if (file.size === 0) continue
      this.#spans.push({ file, start, end: start + file.size })
      start += file.size
    }
    this.size = start
  }

  /** Whether a file begins at this position, and so a line. */
  startsFile(position: number): boolean {
    return this.#spans.some(({ start }) => start === position)
  }

  /** Reads up to `length` bytes, never beyond the end of a file. A file that is gone counts as ended there. */
  async read(position: number, length: number): Promise<Block> {
    const span = this.#spans.find(({ end }) => position < end)
    if (!span) return { bytes: Buffer.alloc(0), next: this.size, endsFile: true }
    const wanted = Math.min(length, span.end - position)
    const bytes = await this.#read(span.file, position - span.start, wanted)
    const next = bytes.length < wanted ? span.end : position + wanted
    return { bytes, next, endsFile: next === span.end }
  }
}

// Keeps reading one series as its files grow, are rotated and removed. Its caller lists the files; it never waits.
import { logTime } from '../../protocol/cri.ts'
import type { LogEntry } from '../../protocol/words.ts'
import type { ReadBytes } from './bytes.ts'
import type { LogFile, LogSeries } from './files.ts'
import { LogParser } from './parser.ts'
import { readRange } from './range.ts'
import { SeriesBytes } from './series-bytes.ts'

const blockBytes = 256 * 1024

/** How much of one series to read before the others have their turn. */
const maxBytesAtOnce = 4 * blockBytes

export class SeriesTracker {
  #read: ReadBytes
  /** What was read before this tracker began; its last entry may still be open. */
  #before: LogSeries
  #parser: LogParser | undefined
  /** The file that is being read, and how far it was read. */
  #file: LogFile | undefined
  #offset: number
  /** The files that were read, and the one that is being read. */
  #known: Set<string>

  /**
   * @param before the series up to where it was read already; what comes after is new
   * @param options.parser has the open entries of that reading, if it went to the end
   */
  constructor(before: LogSeries, options: { read: ReadBytes; parser?: LogParser | undefined }) {
    this.#read = options.read
    this.#before = before
    this.#parser = options.parser
    this.#file = before.files.at(-1)
    this.#offset = this.#file?.size ?? 0
    this.#known = new Set(before.files.map(({ id }) => id))
  }

  /** Reads what came since the last call, the old file to its end before the new one. */
  async advance(series: LogSeries): Promise<{ entries: LogEntry[]; isBehind: boolean }> {
    const { files } = series
    const current = files.findIndex(({ id }) => id === this.#file?.id)
    const todo = current === -1 ? files.filter(({ id }) => !this.#known.has(id)) : files.slice(current)
    let budget = maxBytesAtOnce
    for (const file of todo) {
      const isNext = file.id !== this.#file?.id
      if (!isNext && file.size === this.#offset) continue
      this.#parser ??= await this.#resume(file)
      if (isNext || file.size < this.#offset) this.#turnTo(file)
      budget -= await this.#readOn(file, budget)
      if (budget <= 0) break
    }
    const isBehind = budget <= 0
    if (!isBehind) this.#known = new Set(files.map(({ id }) => id))
    return { entries: this.#parser?.take() ?? [], isBehind }
  }

  /** The open entries, as they are. */
  finish(): LogEntry[] {
    this.#parser?.finish()
    return this.#parser?.take() ?? []
  }

  /** Rotation has begun the next file, or somebody emptied this one. */
  #turnTo(file: LogFile): void {
    this.#parser?.endFile()
    this.#file = file
    this.#offset = 0
    this.#known.add(file.id)
  }

  async #readOn(file: LogFile, budget: number): Promise<number> {
    const start = this.#offset
    const end = Math.min(file.size, start + budget)
    while (this.#offset < end) {
      const bytes = await this.#read(file, this.#offset, Math.min(blockBytes, end - this.#offset))
      // Retention removed it; the next list does not have it.
      if (bytes.length === 0) break
      this.#offset += bytes.length
      this.#parser?.feed(bytes)
    }
    return this.#offset - start
  }

  /** Only now, when an idle series grows, it looks for an open entry at the end of what was read before. */
  async #resume(file: LogFile): Promise<LogParser> {
    const bytes = new SeriesBytes(this.#before, this.#read)
    const parser = new LogParser(this.#before, { time: logTime(file.mtimeMs), inOrder: false })
    const reading = { from: bytes.size, to: bytes.size, parser, blockBytes, leaveOpen: true }
    for await (const _ of readRange(bytes, reading));
    return parser
  }
}

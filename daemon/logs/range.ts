// The entries that begin in a range of bytes of one series. They are whole, even if the range cuts their lines or
// parts.
import type { LogEntry } from '../../protocol/words.ts'
import { lineStart } from './line-start.ts'
import type { LogParser } from './parser.ts'
import { maxEntryLength } from './run-entries.ts'
import type { SeriesBytes } from './series-bytes.ts'

/** How far before a range to look for the beginning of an entry, and how far after it, or after the last cut of its line, for the end. */
const lookBytes = 2 * maxEntryLength

/** Most of the time only the end of one line is missing. */
const lookAheadBlockBytes = 16 * 1024

export type ByteRange = { from: number; to: number }

export type RangeReading = ByteRange & {
  /** A new parser. If `leaveOpen` is true, open entries stay in it. */
  parser: LogParser
  blockBytes: number
  /** True: an entry without an end at the end of the files stays in the parser. False: it counts as an entry. */
  leaveOpen: boolean
  signal?: AbortSignal | undefined
}

/** Yields the entries in the order of the files, some for each block. */
export async function* readRange(bytes: SeriesBytes, reading: RangeReading): AsyncGenerator<LogEntry[]> {
  const { from, to, parser, blockBytes, leaveOpen } = reading
  let position = await lineStart(bytes, { from, maxBytes: lookBytes })
  let startsLine = bytes.startsFile(position)
  let cut = { count: parser.cuts, at: to }
  while (position < bytes.size && !reading.signal?.aborted) {
    const isBehind = position >= to
    if (parser.cuts > cut.count) cut = { count: parser.cuts, at: Math.max(to, position) }
    if (isBehind && (!parser.hasOpen || position > cut.at + lookBytes)) break
    parser.keep = position >= from && !isBehind
    const wanted = position < from ? from - position : isBehind ? lookAheadBlockBytes : to - position
    const block = await bytes.read(position, Math.min(blockBytes, wanted))
    if (startsLine) {
      parser.feed(block.bytes)
    } else {
      const firstEnd = block.bytes.indexOf(newline)
      if (firstEnd !== -1) parser.feed(block.bytes.subarray(firstEnd + 1))
      startsLine = firstEnd !== -1 || block.endsFile
    }
    if (block.endsFile && (block.next < bytes.size || !leaveOpen)) parser.endFile()
    position = block.next
    const entries = parser.take()
    if (entries.length > 0) yield entries
  }
  if (reading.signal?.aborted) return
  if (leaveOpen && position >= bytes.size) parser.loosen()
  else parser.finish()
  const entries = parser.take()
  if (entries.length > 0) yield entries
}

const newline = 10

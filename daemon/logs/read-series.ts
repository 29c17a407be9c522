// Reads the entries of given series that a query asks for, as they were listed. It does not search for files.
import type { LogEntry } from '../../protocol/words.ts'
import { type ReadBytes, readBytes } from './bytes.ts'
import type { LogSeries } from './files.ts'
import { type EntryFilter, entryFilter } from './filter.ts'
import type { LogQuery } from './log-query.ts'
import { type EntrySource, mergeEntries } from './merge.ts'
import { LogParser } from './parser.ts'
import { type ByteRange, readRange } from './range.ts'
import { lastEntries } from './tail.ts'
import { findWindows, type LogWindow } from './window.ts'

export type ReadOptions = {
  signal?: AbortSignal | undefined
  /** Bytes of a file; tests count or fail them. */
  read?: ReadBytes
  /** The most bytes of one series in memory at once. Default: 256 KiB, less if there are many series. */
  blockBytes?: number
}

const maxBlockBytes = 256 * 1024
const minBlockBytes = 16 * 1024

/** The most bytes of the blocks of all series together. */
const allBlocksBytes = 16 * 1024 * 1024

/**
 * Yields their entries in order of time; if two have the same time, the one of the earlier series comes first.
 * @param options.open if given, open entries are not yielded: the parsers that have them are put here
 */
export async function* readSeries(
  allSeries: readonly LogSeries[],
  query: LogQuery,
  options: ReadOptions & { open?: Map<LogSeries, LogParser> },
): AsyncGenerator<LogEntry[]> {
  const { signal, read = readBytes, open } = options
  const { since, until, limit, limitBytes } = query
  if (limit === 0) return
  const windows = await findWindows(allSeries, { since, until, read, signal })
  const share = Math.floor(allBlocksBytes / Math.max(1, windows.length))
  const blockBytes = options.blockBytes ?? Math.min(maxBlockBytes, Math.max(minBlockBytes, share))
  const reading: Reading = { filter: entryFilter(query), since, blockBytes, open, signal }
  const readPart = (window: LogWindow, part: ByteRange) => readWindow(window, { ...reading, part })

  if (limit !== undefined) {
    const entries = await lastEntries(windows, { limit, limitBytes, readPart, signal })
    if (entries.length > 0 && !signal?.aborted) yield entries
    return
  }
  const sources = windows.map(
    (window): EntrySource => ({
      batches: readPart(window, window),
      notBefore: laterOf(window.first, since),
      place: window.place,
    }),
  )
  for await (const entries of mergeEntries(sources)) {
    if (signal?.aborted) return
    yield entries
  }
}

type Reading = {
  filter: EntryFilter
  since: string | undefined
  blockBytes: number
  open: Map<LogSeries, LogParser> | undefined
  signal: AbortSignal | undefined
}

/** The entries in a part of one window that the query asks for. */
async function* readWindow(
  { bytes, first }: LogWindow,
  { part, filter, since, blockBytes, open, signal }: Reading & { part: ByteRange },
): AsyncGenerator<LogEntry[]> {
  // If no line near the ends has a time and none is asked for, the parser uses its own.
  const time = (part.from === 0 ? first : laterOf(first, since)) || undefined
  const parser = new LogParser(bytes.series, { time, inOrder: true })
  const reading = { ...part, parser, blockBytes, leaveOpen: open !== undefined, signal }
  for await (const entries of readRange(bytes, reading)) {
    const wanted = filter(entries)
    if (wanted.length > 0) yield wanted
  }
  if (part.to === bytes.size && parser.hasOpen && !signal?.aborted) open?.set(bytes.series, parser)
}

function laterOf(first = '', since = ''): string {
  return first > since ? first : since
}

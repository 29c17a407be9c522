// The part of each series of files that a query has to read. It reads only a few lines of each.
import type { ReadBytes } from './bytes.ts'
import type { LogSeries } from './files.ts'
import { piecesOf } from './pieces.ts'
import { firstDatedLine, lastTime, seekTime } from './seek.ts'
import { SeriesBytes } from './series-bytes.ts'

export type LogWindow = {
  bytes: SeriesBytes
  /** Entries that begin in these bytes may be asked for; their times still have to be looked at. */
  from: number
  to: number
  /** Times of the first line and of the last; undefined if no line near the beginning or end has one. */
  first: string | undefined
  last: string | undefined
  /** The place among all series: if two entries have the same time, the one with the lower place comes first. */
  place: number
}

/** How many series are looked at at once. */
const parallel = 16

/** How near to a time the search has to come; the rest is read and filtered. */
const seekWithin = 64 * 1024

/** Returns the windows of the series that may have entries in [since, until), in the order of `allSeries`. */
export async function findWindows(
  allSeries: readonly LogSeries[],
  options: {
    since?: string | undefined
    until?: string | undefined
    read: ReadBytes
    signal?: AbortSignal | undefined
  },
): Promise<LogWindow[]> {
  const windows: LogWindow[] = []
  for (let start = 0; start < allSeries.length && !options.signal?.aborted; start += parallel) {
    const some = allSeries.slice(start, start + parallel)
    const found = await Promise.all(
      some.map((series, index) => findInSeries(series, { ...options, place: start + index })),
    )
    windows.push(...found.flat())
  }
  return windows
}

type Looked = { since?: string | undefined; until?: string | undefined; place: number }

/** If no time is asked for, the whole series is one window, whatever its times are. */
async function findInSeries(series: LogSeries, options: Looked & { read: ReadBytes }): Promise<LogWindow[]> {
  const { since, until, read } = options
  const pieces = since === undefined && until === undefined ? [series] : await piecesOf(series, read)
  const found = await Promise.all(pieces.map(piece => findWindow(new SeriesBytes(piece, read), options)))
  return found.filter(window => window !== undefined)
}

async function findWindow(bytes: SeriesBytes, { since, until, place }: Looked): Promise<LogWindow | undefined> {
  if (bytes.size === 0) return undefined
  const last = await lastTime(bytes)
  if (since !== undefined && last !== undefined && last < since) return undefined
  const first = (await firstDatedLine(bytes, { from: 0, to: bytes.size }))?.time
  if (until !== undefined && first !== undefined && first >= until) return undefined
  const isWhole = since === undefined || (first !== undefined && first >= since)
  const from = isWhole ? 0 : (await seekTime(bytes, { time: since, within: seekWithin })).low
  const isOpen = until === undefined || (last !== undefined && last < until)
  const to = isOpen ? bytes.size : (await seekTime(bytes, { time: until, within: seekWithin })).high
  return { bytes, from, to, first, last, place }
}

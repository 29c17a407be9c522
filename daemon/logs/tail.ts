// The last entries of many series, read backwards from the ends of their files, no further than needed.
import type { LogEntry } from '../../protocol/words.ts'
import { bytesOf } from './log-query.ts'
import type { LogWindow } from './window.ts'

/** Reads those entries of a window that begin in [from, to) and that are asked for, in order. */
export type ReadPart = (window: LogWindow, part: { from: number; to: number }) => AsyncIterable<LogEntry[]>

/** How much is read first from the end of a series, and the most that is read at once. */
const firstPartBytes = 32 * 1024
const maxPartBytes = 4 * 1024 * 1024

type Placed = { entry: LogEntry; place: number }

type Limits = {
  limit: number
  /** Only so many of them as have about so many bytes in memory, and one more. */
  limitBytes?: number | undefined
}

/**
 * Returns the last `limit` entries of all windows together, in order of time.
 *
 * It reads the series with the latest writes first: once it has `limit` entries, older ones do not matter, so most of
 * the other series need not be read.
 */
export async function lastEntries(
  windows: readonly LogWindow[],
  options: Limits & { readPart: ReadPart; signal?: AbortSignal | undefined },
): Promise<LogEntry[]> {
  const { limit, readPart, signal } = options
  let kept: Placed[] = []
  for (const window of limit > 0 ? [...windows].sort(byUse) : []) {
    const floor = isFull(kept.map(entryOf), options) ? kept[0]?.entry.time : undefined
    if (floor !== undefined && window.last !== undefined && window.last < floor) continue
    const entries = await lastOf(window, { ...options, floor, readPart, signal })
    const merged = merge(kept, { entries, place: window.place })
    kept = merged.slice(firstWithin(merged.map(entryOf), options))
  }
  return kept.map(entryOf)
}

function entryOf({ entry }: Placed): LogEntry {
  return entry
}

/** Where those of the last entries begin that are within the limits. */
function firstWithin(entries: readonly LogEntry[], { limit, limitBytes = Number.POSITIVE_INFINITY }: Limits): number {
  const least = Math.max(0, entries.length - limit)
  let bytes = 0
  for (let at = entries.length - 1; at > least; at--) {
    bytes += bytesOf(entries[at] as LogEntry)
    if (bytes > limitBytes) return at
  }
  return least
}

/** Whether older entries do not matter. */
export function isFull(
  entries: readonly LogEntry[],
  { limit, limitBytes = Number.POSITIVE_INFINITY }: Limits,
): boolean {
  if (entries.length >= limit) return true
  let bytes = 0
  for (const entry of entries) bytes += bytesOf(entry)
  return bytes > limitBytes
}

/** The latest series come first, the host's log last, since most of its entries may be about other pods. */
function byUse(a: LogWindow, b: LogWindow): number {
  const isHost = Number(a.bytes.series.of === undefined) - Number(b.bytes.series.of === undefined)
  if (isHost !== 0) return isHost
  const [lastA, lastB] = [a.last ?? '', b.last ?? '']
  return lastA === lastB ? 0 : lastA < lastB ? 1 : -1
}

async function lastOf(
  window: LogWindow,
  options: Limits & { floor: string | undefined; readPart: ReadPart; signal: AbortSignal | undefined },
): Promise<LogEntry[]> {
  const { limit, floor, readPart, signal } = options
  let kept: LogEntry[] = []
  let { to } = window
  for (let length = firstPartBytes; to > window.from && !isFull(kept, options) && !signal?.aborted; length *= 4) {
    const from = Math.max(window.from, to - Math.min(length, maxPartBytes))
    let part: LogEntry[] = []
    for await (const entries of readPart(window, { from, to })) {
      part.push(...entries)
      if (part.length > 2 * limit) part = part.slice(-limit)
    }
    kept = [...part.slice(kept.length - limit).map(detach), ...kept]
    to = from
    if (floor !== undefined && (kept[0]?.time ?? floor) < floor) break
  }
  return kept
}

/** A text cut from a block holds the whole block in memory; a copy holds itself. */
function detach(entry: LogEntry): LogEntry {
  const copy = (text: string) => Buffer.from(text).toString()
  return { ...entry, time: copy(entry.time), tags: entry.tags.map(copy), text: copy(entry.text) }
}

/** Merges the entries of one more series into the others; both keep their order. */
function merge(kept: readonly Placed[], { entries, place }: { entries: LogEntry[]; place: number }): Placed[] {
  const merged: Placed[] = []
  let next = 0
  for (const one of kept) {
    for (; next < entries.length; next++) {
      const entry = entries[next] as LogEntry
      const { time } = one.entry
      if (time < entry.time || (time === entry.time && one.place < place)) break
      merged.push({ entry, place })
    }
    merged.push(one)
  }
  for (; next < entries.length; next++) merged.push({ entry: entries[next] as LogEntry, place })
  return merged
}

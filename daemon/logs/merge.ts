// Merges the entries of many series in order of time. Within a series the order of its file is kept, even if the clock
// went back. It knows nothing of files.
import type { LogEntry } from '../../protocol/words.ts'
import { Heap } from './heap.ts'

/** Entries of one series, in batches. */
export type EntrySource = {
  batches: AsyncIterator<LogEntry[]>
  /** No entry is older: the source is not read before the others have come this far. */
  notBefore: string
  /** If two entries have the same time, the one with the lower place comes first. */
  place: number
}

/** The most entries of a batch with entries of several sources. */
const maxBatchEntries = 1024

/**
 * Yields all entries in batches that are never empty. It keeps one batch of each source in memory, once it has read
 * from it.
 */
export async function* mergeEntries(sources: readonly EntrySource[]): AsyncGenerator<LogEntry[]> {
  const heads = new Heap<Head>(isBefore)
  for (const source of sources) heads.push({ ...source, time: source.notBefore, batch: [], next: 0 })
  let out: LogEntry[] = []
  for (let head = heads.pop(); head; head = heads.pop()) {
    if (head.next === head.batch.length) {
      if (await fill(head)) heads.push(head)
      continue
    }
    const rival = heads.peek()
    if (!rival && head.next === 0 && out.length === 0) {
      yield head.batch
      head.next = head.batch.length
    } else {
      moveUpTo(rival, { head, out })
    }
    if (out.length >= maxBatchEntries) {
      yield out
      out = []
    }
    // A source whose batch is used up keeps its last time, so it is the next to be filled.
    head.time = head.batch[head.next]?.time ?? head.time
    heads.push(head)
  }
  if (out.length > 0) yield out
}

/** A source with the batch that is being merged. */
type Head = EntrySource & { time: string; batch: LogEntry[]; next: number }

function isBefore(a: Head, b: Head): boolean {
  return a.time < b.time || (a.time === b.time && a.place < b.place)
}

async function fill(head: Head): Promise<boolean> {
  const { value, done } = await head.batches.next()
  if (done) return false
  head.batch = value
  head.next = 0
  head.time = head.batch[0]?.time ?? head.time
  return true
}

/** Moves the entries that come before the rival's next. */
function moveUpTo(rival: Head | undefined, { head, out }: { head: Head; out: LogEntry[] }): void {
  const { batch, place } = head
  while (head.next < batch.length && out.length < maxBatchEntries) {
    const entry = batch[head.next] as LogEntry
    const isRivals = rival && (rival.time < entry.time || (rival.time === entry.time && rival.place < place))
    if (isRivals) return
    out.push(entry)
    head.next++
  }
}

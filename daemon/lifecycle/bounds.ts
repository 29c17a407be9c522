// What follows from what a run uses, as a pure function: over its memory another run takes its place, over what nothing may
// pass it is killed.
import type { Bounds } from '../../protocol/bounds.ts'
import { sizeText } from '../../protocol/size.ts'

/** What a run and all that it has started use. `storage`: bytes of the storage of its pod, where they are counted. */
export type Used = { memory: number; processes: number; storage?: number | undefined }

/** `often`: in how many looks in a row it was over its memory. `askedMs`: when another run was last asked for in its place. */
export type Seen = { often: number; askedMs?: number }

/** It is over a limit. `said`: which, in words. `isHard`: it is to be killed, and not replaced. */
export type Over = { said: string; isHard: boolean }

/** A moment is forgiven: much of it may be garbage. */
const leastOften = 2
/** When another run is asked for again: the one before may not have come up. */
const askAgainMs = 30_000

export function decideBounds(
  seen: Seen,
  { memory, processes, storage = 0 }: Used,
  { bounds, nowMs }: { bounds: Bounds; nowMs: number },
): [next: Seen, over?: Over] {
  if (bounds.memoryMax !== undefined && memory > bounds.memoryMax)
    return [seen, { said: memorySaid(bounds.memoryMax, memory), isHard: true }]
  if (bounds.processes !== undefined && processes > bounds.processes)
    return [seen, { said: `process limit ${bounds.processes} (were ${processes})`, isHard: true }]
  if (bounds.storage !== undefined && storage > bounds.storage)
    return [seen, { said: storageSaid(bounds.storage, storage), isHard: true }]
  if (bounds.memory === undefined || memory <= bounds.memory) return [{ often: 0 }]
  const often = seen.often + 1
  const isDue = seen.askedMs === undefined || nowMs - seen.askedMs >= askAgainMs
  if (often < leastOften || !isDue) return [{ ...seen, often }]
  return [
    { often, askedMs: nowMs },
    { said: memorySaid(bounds.memory, memory), isHard: false },
  ]
}

export function storageSaid(limit: number, was: number): string {
  return `storage limit ${sizeText(limit)} (was ${sizeText(was)})`
}

export function memorySaid(limit: number, was: number): string {
  return `memory limit ${sizeText(limit)} (was ${sizeText(was)})`
}

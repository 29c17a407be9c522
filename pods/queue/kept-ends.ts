// Which of the items that have ended stay on the disk, and the removal of the others.
import type { StateCounts } from './counts.ts'
import { type EndState, states } from './item.ts'
import type { Statements } from './statements.ts'
import type { Streamed } from './streamed.ts'

/** How many of what has ended stay, and how long. `graceMs`: so long all of it stays. */
export type Keep = {
  ended: Record<EndState, { mostItems: number; forMs: number }>
  graceMs: number
  /** How many are removed in one go, of each queue and state. */
  batch: number
}

/** Removes what is kept long enough, or is beyond what is kept. @returns whether there is more to do */
export function pruneEnded(
  on: { statements: Statements; counts: StateCounts; streamed: Streamed },
  { keep, nowMs }: { keep: Keep; nowMs: number },
): boolean {
  let isMore = false
  for (const queue of on.counts.queues) {
    for (const [state, { mostItems, forMs }] of Object.entries(keep.ended) as [EndState, Keep['ended']['done']][]) {
      const counts = on.counts.of(queue)
      const beyond = Math.max(0, counts[state] - mostItems)
      const removed = on.statements.of(
        `DELETE FROM item WHERE seq IN (
           SELECT seq FROM item WHERE queue = ? AND state = ${states.indexOf(state)} AND endedMs <= ? AND sameUntilMs <= ? ORDER BY endedMs LIMIT ?
         ) AND endedMs <= ? RETURNING seq`,
      )
      const old = removed.all(queue, nowMs - forMs, nowMs, keep.batch, nowMs - keep.graceMs)
      const most = Math.min(keep.batch, beyond - old.length)
      const rest = most > 0 ? removed.all(queue, nowMs - keep.graceMs, nowMs, most, nowMs - keep.graceMs) : []
      for (const { seq } of [...old, ...rest]) on.streamed.forget(Number(seq))
      counts[state] -= old.length + rest.length
      if (old.length === keep.batch || rest.length === keep.batch) isMore = true
    }
  }
  return isMore
}

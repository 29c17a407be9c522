// What becomes of an item after an attempt, as a pure function: (item, outcome, now) -> what is stored of it.
//
//   outcome     counts  then
//   returned    yes     done
//   threw       yes     delayed by its backoff; dead once its retries are used up
//   late        yes     as threw: its time was over. Beyond its deadline: expired
//   broke       yes     waiting at once, since its run is gone; dead once its retries are used up
//   refused     yes     dead: another attempt would end the same way
//   untouched   no      waiting at once: it was never begun, or its run was asked to end
//   canceled    yes     canceled
import type { EndState, Item } from './item.ts'
import { maxBackoffMs } from './policy.ts'

export type Outcome =
  | { how: 'returned'; result: string }
  | { how: 'threw' | 'late' | 'broke' | 'refused' | 'canceled'; error: string }
  | { how: 'untouched' }

export type After =
  | { state: EndState; result?: string; error?: string }
  /** `attempt`: how many count. */
  | { state: 'delayed'; dueMs: number; attempt: number; error?: string }
  | { state: 'waiting'; attempt: number; error?: string }

export type Chance = { nowMs: number; random: () => number }

export function afterAttempt(item: Item, outcome: Outcome, { nowMs, random }: Chance): After {
  const isOver = item.deadlineMs !== undefined && item.deadlineMs <= nowMs
  switch (outcome.how) {
    case 'returned':
      return { state: 'done', result: outcome.result }
    case 'untouched':
      return isOver ? expired(item) : { state: 'waiting', attempt: item.attempt - 1 }
    case 'refused':
      return { state: 'dead', error: outcome.error }
    case 'canceled':
      return { state: 'canceled', error: outcome.error }
    case 'threw':
    case 'late':
    case 'broke': {
      const { error } = outcome
      if (isOver) return { state: 'expired', error }
      if (item.attempt > item.retries) return { state: 'dead', error }
      if (outcome.how === 'broke') return { state: 'waiting', attempt: item.attempt, error }
      return { state: 'delayed', dueMs: nowMs + backoffOf(item, random), attempt: item.attempt, error }
    }
  }
}

/** What it is that never began in its time. */
export function expired({ deadlineMs = 0 }: Pick<Item, 'deadlineMs'>): After & { state: 'expired' } {
  return { state: 'expired', error: `Its deadline was ${new Date(deadlineMs).toISOString()}` }
}

/** Doubled with each attempt; half of it is by chance, so that what failed together does not come back together. */
function backoffOf({ attempt, backoffMs }: Item, random: () => number): number {
  const whole = Math.min(backoffMs * 2 ** Math.min(attempt - 1, 30), Math.max(maxBackoffMs, backoffMs))
  return Math.round(whole * (0.5 + random() / 2))
}

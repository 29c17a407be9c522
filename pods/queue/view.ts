// How an item is shown: times as people and programs read them, arguments and results as what they are.
import type { Item } from './item.ts'

export type ShownItem = {
  id: string
  queue: string
  fn: string
  args: unknown
  state: Item['state']
  /** How many attempts there were, with the one under way. */
  attempt: number
  retries: number
  addedAt: string
  dueAt?: string
  begunAt?: string
  endedAt?: string
  deadlineAt?: string
  priority?: number
  key?: string
  /** Where it runs. */
  run?: string
  result?: unknown
  error?: string
  /** Why it is not begun now, for as long as nobody does anything about it. */
  heldBackBy?: string
  /** What it has streamed, and the number of what comes next. */
  values?: unknown[]
  next?: number
}

export function shownItem(item: Item): ShownItem {
  const { id, queue, fn, state, attempt, retries, key, run, error } = item
  return {
    id,
    queue,
    fn,
    args: JSON.parse(item.args),
    state,
    attempt,
    retries,
    addedAt: timeOf(item.addedMs),
    ...(state === 'delayed' && { dueAt: timeOf(item.dueMs) }),
    ...(item.begunMs !== undefined && { begunAt: timeOf(item.begunMs) }),
    ...(item.endedMs !== undefined && { endedAt: timeOf(item.endedMs) }),
    ...(item.deadlineMs !== undefined && { deadlineAt: timeOf(item.deadlineMs) }),
    ...(item.priority !== 0 && { priority: item.priority }),
    ...(key !== undefined && { key }),
    ...(run !== undefined && { run }),
    ...(item.result !== undefined && { result: JSON.parse(item.result) }),
    ...(error !== undefined && { error }),
  }
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}

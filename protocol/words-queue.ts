// What a host tells of work: items, and queues. The shapes of these stand in results-queue.ts.
import type { itemStates } from './methods/queue.ts'

export type ItemState = (typeof itemStates)[number]

/**
 * Of an item that was enqueued. `isNew`: no item has had its id. `heldBackBy`: why it is not begun now, for as long as nobody does
 * anything about it, such as `mail is stopped`.
 */
export type AddedItem = { id: string; isNew: boolean; state: ItemState; heldBackBy?: string }

export type ItemInfo = {
  id: string
  queue: string
  fn: string
  args: unknown
  /** `held`: it is behind another one of its key. */
  state: ItemState
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
  /** Where it runs, or ran last. */
  run?: string
  result?: unknown
  error?: string
  /** What it has streamed from the number on that was asked for, and the number of what comes next. */
  values?: unknown[]
  next?: number
  /** As that of an item that was enqueued. */
  heldBackBy?: string
}

export type QueueInfo = {
  name: string
  /** How many items are in each state. */
  counts: Record<ItemState, number>
  isPaused: boolean
  /** Why the host that has it does not answer, so that nothing of it is known: then all counts are 0. */
  away?: string
  /** How many came and ended in the last minute, as far as the queue has been up. */
  rates: { added: number; ended: number }
  /** How long that waits which waits longest. */
  oldestMs?: number
  /** `why`: in one line, why it has so many runs. A queue whose pod is gone has none. */
  worker?: { status: string; runs: number; scale: number; isAsleep: boolean; why: string }
}

/** The result of each method about work. */
export type QueueResults = {
  'queue.add': AddedItem
  'queue.list': { queues: QueueInfo[] }
  'queue.items': { items: ItemInfo[] }
  'queue.item': ItemInfo
  'queue.retry': { count: number }
  'queue.drop': { count: number }
  'queue.move': { count: number }
  'queue.cancel': ItemInfo
  'queue.pause': { name: string; isPaused: boolean }
  'queue.resume': { name: string; isPaused: boolean }
}

// What people and programs ask of items that are there: to see them and to wait for them, to have them tried again, removed, or given
// to another worker. What waits is begun elsewhere (queues.ts).
import { full } from './full.ts'
import { hasEnded, type Item, type ItemState, newItem, refusal, states } from './item.ts'
import type { Store } from './store.ts'
import type { Turn } from './turn.ts'
import { type ShownItem, shownItem } from './view.ts'
import type { Waiting } from './waiting.ts'
import type { Worker } from './workers.ts'

/** Those that are named, or all of a state; without one, all that the step is for. */
export type Chosen = { ids: readonly string[] | 'all'; state?: ItemState | undefined }

export type ItemsNeeds = {
  store: Store
  turn: Turn
  waiting: Waiting
  now: () => number
  maxItemBytes: number
  /** @throws {Error} `pod_not_found`, `function_not_found` */
  workerFor: (asked: { queue: string; fn: string }) => Worker
  /** @throws {Error} `pod_not_found` where there is no such worker, and nothing is left of one */
  checkQueue: (queue: string) => void
  /** @throws {Error} `quota_exceeded` where no more may come to a queue */
  refuseMore: (queue: string, more: number) => void
  /** Why nothing of a queue is begun now, if so. */
  heldBackBy: (queue: string) => string | undefined
}

export class Items {
  #needs: ItemsNeeds

  constructor(needs: ItemsNeeds) {
    this.#needs = needs
  }

  /**
   * An item, and what it has streamed from a number on. It is waited for, until there is more to tell or the time is over.
   * @throws {Error} `item_not_found`
   */
  async show(
    queue: string,
    id: string,
    {
      from = 0,
      attempt,
      waitMs = 0,
      signal,
    }: { from?: number; attempt?: number; waitMs?: number; signal?: AbortSignal },
  ): Promise<ShownItem> {
    const { now, store, turn, waiting } = this.#needs
    const untilMs = now() + waitMs
    for (;;) {
      const item = this.find(queue, id)
      const start = attempt === undefined || attempt === item.attempt ? from : 0
      const values = store.streamed.from(item.seq, start)
      const leftMs = untilMs - now()
      if (hasEnded(item.state) || values.length > 0 || leftMs <= 0 || signal?.aborted) {
        const told = values.map(({ value }) => JSON.parse(value))
        return { ...shownItem(item), ...this.#heldBack(item), values: told, next: nextOf(values, start) }
      }
      const changed = waiting.change(item.seq, leftMs, signal)
      turn.hurry()
      await changed
    }
  }

  list(queue: string, state: ItemState, of: { limit: number; offset: number }): ShownItem[] {
    if (!states.includes(state))
      throw refusal('bad_params', `There is no state ${JSON.stringify(state)}: ${states.join(', ')}`)
    this.#needs.checkQueue(queue)
    return this.#needs.store.list(queue, state, of).map(shownItem)
  }

  /** Those that were given up wait again; for `all`, the dead and the expired. @returns how many */
  async retry(queue: string, chosen: Chosen): Promise<number> {
    const { store, now } = this.#needs
    return await this.#each(queue, chosen, {
      all: ['dead', 'expired'],
      fits: ({ state }) => isGivenUp(state),
      verb: 'retry',
      check: (_, more) => this.#needs.refuseMore(queue, more),
      step: item => store.again(item, now()),
    })
  }

  /** Removes what waits or has ended. @returns how many */
  async drop(queue: string, chosen: Chosen): Promise<number> {
    const { store, now } = this.#needs
    return await this.#each(queue, chosen, {
      all: states.filter(state => state !== 'running'),
      fits: ({ state }) => state !== 'running',
      verb: 'drop',
      step: item => store.drop(item, now()),
    })
  }

  /** Gives what waits, or was given up, to another worker, behind what it has; for `all`, all of that. @returns how many */
  async move(queue: string, to: string, chosen: Chosen): Promise<number> {
    if (to === queue) throw refusal('bad_params', `Cannot move items of pod ${JSON.stringify(queue)} to itself`)
    this.#needs.checkQueue(to)
    return await this.#each(queue, chosen, {
      all: ['waiting', 'delayed', 'held', 'dead', 'expired'],
      fits: ({ state }) => state !== 'running' && state !== 'done',
      verb: 'move',
      check: (item, more) => this.#checkMove(item, to, more),
      step: item => this.#moveOne(item, to),
    })
  }

  /** @throws {Error} `item_not_found` */
  find(queue: string, id: string): Item {
    const item = this.#needs.store.find(queue, id)
    if (item) return item
    throw refusal(
      'item_not_found',
      `There is no item ${JSON.stringify(id)} for pod ${JSON.stringify(queue)}`,
      'What is done is kept for a limited time: see keepDone of the pod "queue"',
    )
  }

  #heldBack(item: Item): { heldBackBy?: string } {
    const by = hasEnded(item.state) || item.state === 'running' ? undefined : this.#needs.heldBackBy(item.queue)
    return by === undefined ? {} : { heldBackBy: by }
  }

  /** A step that refuses must have changed nothing. */
  #checkMove({ fn, id, state }: Pick<Item, 'fn' | 'id' | 'state'>, to: string, more: number): void {
    const { store, workerFor, refuseMore } = this.#needs
    // What waits counts already.
    if (hasEnded(state)) refuseMore(to, more)
    const { waiting, delayed, held } = store.countsOf(to)
    const before = waiting + delayed + held
    const { policy } = workerFor({ queue: to, fn })
    if (more > 0 && before + more > policy.queueLimit) throw full(to, before, policy.queueLimit)
    if (!store.find(to, id)) return
    throw refusal(
      'item_state',
      `Cannot move item ${JSON.stringify(id)} to pod ${JSON.stringify(to)}: it has one of that id`,
    )
  }

  #moveOne(item: Item, to: string): void {
    const { store, now, workerFor, maxItemBytes } = this.#needs
    const nowMs = now()
    const { policy } = workerFor({ queue: to, fn: item.fn })
    const { fn, id, key, priority, retries, backoffMs, timeoutMs } = item
    const isOver = item.deadlineMs !== undefined && item.deadlineMs <= nowMs
    const asked = {
      ...{ queue: to, fn, id, priority, retries, backoffMs, timeoutMs, args: JSON.parse(item.args) as unknown[] },
      dueMs: Math.max(item.dueMs, nowMs),
      windowMs: Math.max(0, item.sameUntilMs - nowMs),
      ...(key !== undefined && { key }),
      ...(item.producer !== undefined && { producer: item.producer }),
      ...(item.deadlineMs !== undefined && !isOver && { deadlineMs: item.deadlineMs }),
    }
    const moved = newItem(asked, policy, {
      nowMs,
      maxBytes: Math.max(maxItemBytes, item.args.length * 4),
      newId: () => id,
    })
    store.add(moved)
    store.drop(item, nowMs)
  }

  /** So many in each transaction that no other waits long behind it; named ones all in one. In the order in which they came. */
  async #each(queue: string, { ids, state }: Chosen, what: Step): Promise<number> {
    const { store, turn, checkQueue } = this.#needs
    checkQueue(queue)
    if (ids !== 'all')
      return await turn.do(() => {
        const items = [...new Set(ids)].map(id => this.find(queue, id))
        return this.#doAll(items, what, items.length)
      })
    const among = state === undefined ? what.all : [state]
    // What comes into these states from now on is not meant: an item that dies again is not tried twice.
    const chosen = await turn.do(() => this.#chosen(queue, among, what))
    let count = 0
    for (let at = 0; at < chosen.length; at += mostAtOnce)
      count += await turn.do(() => {
        const items = store.these(chosen.slice(at, at + mostAtOnce)).filter(item => among.includes(item.state))
        return this.#doAll(items, what, 0)
      })
    return count
  }

  /** Refuses what cannot be done to all of them, before anything is done to some. */
  #chosen(queue: string, among: readonly ItemState[], { check }: Step): number[] {
    const { store } = this.#needs
    const counts = store.countsOf(queue)
    const count = among.reduce((sum, state) => sum + counts[state], 0)
    const chosen: number[] = []
    for (const item of store.among(queue, among)) {
      check?.(item, count)
      chosen.push(item.seq)
    }
    return chosen
  }

  /** @param more for how many of them there has to be room; 0 where that is known */
  #doAll(items: readonly Item[], { fits, verb, check, step }: Step, more: number): number {
    for (const item of items) if (!fits(item)) throw unfit(item, verb)
    for (const item of items) check?.(item, more)
    // One that is over lets the next of its key wait, which may be among them.
    for (const { queue, id } of items) step(this.find(queue, id))
    return items.length
  }
}

/**
 * What is done to each item that is chosen. `all`: to which states, where none is said. `check`: refuses before anything is done;
 * `more` is for how many there has to be room.
 */
type Step = {
  all: readonly ItemState[]
  fits: (item: Item) => boolean
  verb: string
  check?: (item: Pick<Item, 'fn' | 'id' | 'state'>, more: number) => void
  step: (item: Item) => void
}

/** How many items one transaction changes at most. */
const mostAtOnce = 1000

function isGivenUp(state: ItemState): boolean {
  return state === 'dead' || state === 'expired' || state === 'canceled'
}

function nextOf(values: readonly { number: number }[], from: number): number {
  const last = values.at(-1)
  return last ? last.number + 1 : from
}

export function unfit({ queue, id, state }: Item, verb: string): Error {
  return refusal(
    'item_state',
    `Cannot ${verb} item ${JSON.stringify(id)} for pod ${JSON.stringify(queue)}: it is ${state}`,
  )
}

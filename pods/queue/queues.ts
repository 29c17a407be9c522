// The queues of a host: takes items, gives them to runs, and keeps what becomes of them. What is decided elsewhere: which run
// (loads.ts), what follows from an attempt (law.ts), how many runs there are (growth.ts).
import type { Attempt } from './attempt.ts'
import { Ends, type RunEnding } from './ends.ts'
import { noPlaceFor } from './full.ts'
import { type Asked, hasEnded, type Item, type ItemState, newItem, refusal } from './item.ts'
import { Items, unfit } from './items.ts'
import { type After, afterAttempt, type Outcome } from './law.ts'
import { type Load, Loads } from './loads.ts'
import { RateCounts } from './rates.ts'
import type { Room } from './room.ts'
import type { Settings } from './settings.ts'
import type { Store } from './store.ts'
import { Turn } from './turn.ts'
import { type ShownItem, shownItem } from './view.ts'
import { Waiting } from './waiting.ts'
import { checkExports, heldBackBy, type Worker } from './workers.ts'

export type QueuesNeeds = {
  store: Store
  settings: Settings
  room: Pick<Room, 'refusal'>
  attempt: (of: Attempt) => Promise<Outcome>
  now: () => number
  random: () => number
  newId: () => string
  log: (line: string) => void
  /** Something of these queues has changed that growth may look at. */
  changed: () => void
}

/** `heldBackBy`: why it is not begun now, for as long as nobody does anything about it. */
export type Added = { id: string; isNew: boolean; state: ItemState; heldBackBy?: string }

type Begun = { item: Item; run: string; ending: AbortController; isForgotten?: boolean }

export class Queues {
  #needs: QueuesNeeds
  #turn: Turn
  #workers: ReadonlyMap<string, Worker> = new Map()
  #hasRecovered = false
  #isKnown = Promise.withResolvers<void>()
  #begun = new Map<number, Begun>()
  #loads: Loads
  #waiting = new Waiting()
  #ends = new Ends()
  #timer: NodeJS.Timeout | undefined
  readonly items: Items
  readonly rates = new RateCounts()

  constructor(needs: QueuesNeeds) {
    const { store, now, settings, room } = needs
    this.#needs = needs
    this.#loads = new Loads(now)
    this.#turn = new Turn(store, () => this.#deal())
    this.items = new Items({
      ...{ store, now, turn: this.#turn, waiting: this.#waiting, maxItemBytes: settings.maxItemBytes },
      workerFor: asked => this.#workerFor(asked),
      checkQueue: queue => this.#checkQueue(queue),
      refuseMore: (queue, more) => {
        const refused = room.refusal(queue, more)
        if (refused) throw refused
      },
      heldBackBy: queue => this.#heldBackBy(queue),
    })
  }

  /** What is known of the workers by now. */
  onWorkers(workers: ReadonlyMap<string, Worker>): void {
    this.#workers = workers
    this.#loads.onUp(new Set([...workers.values()].flatMap(({ up }) => up.map(({ id }) => id))))
    this.#isKnown.resolve()
    if (this.#hasRecovered) this.#soon()
    else void this.#recover()
  }

  /** The host tells how a run ended. */
  onEnded(run: string, how: RunEnding): void {
    this.#ends.tell(run, how)
  }

  /** The host tells that a run lives. */
  onLives(run: string): void {
    this.#ends.forget(run)
  }

  get workers(): ReadonlyMap<string, Worker> {
    return this.#workers
  }

  /**
   * Stores an item, or finds the one with its id.
   * @throws {Error} `bad_params`, `too_large`, `pod_not_found`, `function_not_found`, `queue_full`, `quota_exceeded`, `no_space`, `save_failed`
   */
  async add(asked: Asked): Promise<Added> {
    if (this.#workers.size === 0) await this.#isKnown.promise
    const { settings, newId, now, store, room } = this.#needs
    const worker = this.#workerFor(asked)
    const item = newItem(asked, worker.policy, { nowMs: now(), maxBytes: settings.maxItemBytes, newId })
    return await this.#turn.do(() => {
      const refused = room.refusal(item.queue, 1) ?? noPlaceFor(item, worker.policy, store)
      if (refused && !store.find(item.queue, item.id)) throw refused
      const { item: stored, isNew } = store.add(item)
      if (isNew) this.rates.count(item.queue, 'added', now())
      const by = hasEnded(stored.state) ? undefined : this.#heldBackBy(item.queue)
      return { id: stored.id, isNew, state: stored.state, ...(by !== undefined && { heldBackBy: by }) }
    })
  }

  /** One that waits ends so, and one that runs is broken off. */
  async cancel(queue: string, id: string): Promise<ShownItem> {
    const begun = [...this.#begun.values()].find(({ item }) => item.queue === queue && item.id === id)
    if (begun) {
      begun.ending.abort()
      return shownItem(begun.item)
    }
    return await this.#turn.do(() => {
      const item = this.items.find(queue, id)
      if (hasEnded(item.state)) throw unfit(item, 'cancel')
      this.#settle(item, { how: 'canceled', error: 'It was canceled' })
      return shownItem(this.items.find(queue, id))
    })
  }

  /** Nothing is begun any more; what runs goes on. */
  async pause(queue: string): Promise<void> {
    this.#workerOf(queue)
    await this.#turn.do(() => this.#needs.store.pause(queue))
  }

  async resume(queue: string): Promise<void> {
    this.#checkQueue(queue)
    await this.#turn.do(() => this.#needs.store.resume(queue))
  }

  /** A pod was removed, and its items are removed with it. @returns how many had not ended */
  async forget(queue: string, untilMs: number): Promise<number> {
    return await this.#turn.do(() => {
      const gone = [...this.#begun.values()].filter(({ item }) => item.queue === queue && item.addedMs <= untilMs)
      for (const begun of gone) {
        begun.isForgotten = true
        this.#free(begun)
        begun.ending.abort()
      }
      this.rates.forget(queue)
      return this.#needs.store.forget(queue, untilMs)
    })
  }

  loadOf(run: string): Load {
    return this.#loads.of(run)
  }

  /** Runs in slots from there on get no items any more. */
  limitSlots(queue: string, most: number | undefined): void {
    this.#loads.limitSlots(queue, most)
    this.#soon()
  }

  /** No attempt is given up: whoever comes next looks after them. */
  close(): void {
    this.#turn.end()
    clearTimeout(this.#timer)
  }

  /** Removes what is kept long enough. */
  async prune(): Promise<void> {
    const { store, settings, now } = this.#needs
    while (await this.#turn.do(() => store.prune(settings.keep, now()))) await new Promise(setImmediate)
    store.shrink()
  }

  /** Gives what waits to runs that are free, in the transaction of the turn. @returns what begins it, once it is on the disk */
  #deal(): () => void {
    const { store, now } = this.#needs
    const nowMs = now()
    const next = store.nextMs()
    const over = next !== undefined && next <= nowMs ? this.#passTime(nowMs) : []
    const begun: Begun[] = []
    const more = new Map<string, number>()
    for (const worker of this.#workers.values()) {
      const { name } = worker
      if (store.isPaused(name)) continue
      while (store.countsOf(name).waiting > 0) {
        const run = this.#loads.pick(worker, more)
        const item = run === undefined ? undefined : store.claim(name, run, nowMs)
        if (run === undefined || !item) break
        more.set(run, (more.get(run) ?? 0) + 1)
        begun.push({ item, run, ending: new AbortController() })
      }
    }
    return () => {
      for (const { seq } of over) this.#waiting.changed(seq)
      for (const one of begun) this.#begin(one)
      this.#arm()
      this.#needs.changed()
    }
  }

  #passTime(nowMs: number): Item[] {
    const { store } = this.#needs
    const over = store.expire(nowMs)
    store.due(nowMs)
    return over
  }

  #begin(begun: Begun): void {
    const { item, run, ending } = begun
    this.#begun.set(item.seq, begun)
    this.#loads.begin(run)
    this.#waiting.changed(item.seq)
    const { settings, attempt, now } = this.#needs
    const of = { item, run, nowMs: now(), signal: ending.signal, maxResultBytes: settings.maxResultBytes }
    const onGone = () => this.#onGone(run)
    void attempt({ ...of, onGone, onValue: this.#streamOf(item) }).then(outcome => this.#onOutcome(begun, outcome))
  }

  async #onGone(run: string): Promise<RunEnding> {
    this.#loads.onGone(run)
    const how = await this.#ends.of(run, toldMs)
    // Nobody has told that it ended: it may be up, and only its connection broke.
    if (how === undefined && this.#loads.isBack(run)) setImmediate(() => this.#soon())
    return how ?? 'died'
  }

  /** What keeps the values of an attempt: the last ones, from none on. */
  #streamOf({ seq }: Item): (value: unknown) => Promise<void> {
    let number = 0
    return async value => {
      const { store, settings } = this.#needs
      const json = JSON.stringify(value ?? null)
      await this.#turn.do(() => {
        if (number === 0) store.streamed.forget(seq)
        store.streamed.add(seq, number, json)
        number++
        if (number > settings.keepValues) store.streamed.forget(seq, number - settings.keepValues)
      })
      this.#waiting.changed(seq)
    }
  }

  async #onOutcome(begun: Begun, outcome: Outcome): Promise<void> {
    const { item, run } = begun
    try {
      const save = () => {
        if (begun.isForgotten) return
        this.#free(begun)
        this.#settle(item, outcome)
      }
      await this.#turn.do(save, { withinMs: this.#isAwaited(begun, outcome) ? 0 : unawaitedMs })
    } catch (error) {
      // It stays with its run, by what is on the disk, and is looked at again: an outcome that is not saved has not come.
      this.#needs.log(
        `the outcome of ${item.queue} ${item.id} in ${run} could not be saved: ${(error as Error).message}`,
      )
      setTimeout(() => void this.#onOutcome(begun, outcome), againMs).unref()
    }
  }

  /** Whether anything can come of it: somebody waits for it, or what it leaves free has something to do. */
  #isAwaited({ item: { queue, seq, key } }: Begun, { how }: Outcome): boolean {
    const { waiting, held } = this.#needs.store.countsOf(queue)
    return how !== 'returned' || waiting > 0 || (key !== undefined && held > 0) || this.#waiting.has(seq)
  }

  #free({ item, run }: Begun): void {
    if (this.#begun.delete(item.seq)) this.#loads.free(run)
  }

  #settle(item: Item, outcome: Outcome): After {
    const { store, now, random, log } = this.#needs
    const after = afterAttempt(item, outcome, { nowMs: now(), random })
    store.settle(item, after, now())
    if (after.state !== 'waiting' && after.state !== 'delayed') this.rates.count(item.queue, 'ended', now())
    if (after.state === 'dead') log(`${item.queue} ${item.id} is dead after ${item.attempt} attempts: ${after.error}`)
    setImmediate(() => this.#waiting.changed(item.seq))
    return after
  }

  /** What ran when the queue before this one ended: where its run lives, the attempt goes on. */
  async #recover(): Promise<void> {
    this.#hasRecovered = true
    const found = this.#needs.store.running()
    const gone = found.filter(({ queue, run = '' }) => !this.#isUp(queue, run))
    for (const item of found) {
      if (item.run !== undefined && !gone.includes(item))
        this.#begin({ item, run: item.run, ending: new AbortController() })
    }
    await this.#turn.do(() => {
      for (const item of gone) this.#settle(item, { how: 'broke', error: `${item.run} ended before it was finished` })
    })
  }

  #isUp(queue: string, run: string): boolean {
    return this.#workers.get(queue)?.up.some(({ id }) => id === run) ?? false
  }

  #soon(): void {
    void this.#turn.do(() => {}).catch(error => this.#needs.log(error.message))
  }

  #arm(): void {
    clearTimeout(this.#timer)
    const next = this.#needs.store.nextMs()
    if (next === undefined) return
    this.#timer = setTimeout(() => this.#soon(), Math.min(Math.max(0, next - this.#needs.now()), maxTimerMs))
  }

  #heldBackBy(queue: string): string | undefined {
    return heldBackBy(queue, this.#workers.get(queue), this.#needs.store.isPaused(queue))
  }

  #workerFor({ queue, fn }: Pick<Asked, 'queue' | 'fn'>): Worker {
    const worker = this.#workerOf(queue)
    checkExports(worker, fn)
    return worker
  }

  /** A worker that is gone, or has become a service, may have left items. */
  #checkQueue(queue: string): void {
    if (!this.#needs.store.has(queue)) this.#workerOf(queue)
  }

  #workerOf(queue: string): Worker {
    const worker = this.#workers.get(queue)
    if (worker) return worker
    throw refusal(
      'pod_not_found',
      `There is no worker ${JSON.stringify(queue)}`,
      "A worker is a pod with kind: 'worker' in its config, or started with --kind worker",
    )
  }
}

/** How long an outcome that nobody waits for may wait for the next item, which is saved with it. */
const unawaitedMs = 2
/** When an outcome is saved again that could not be. */
const againMs = 1000
const maxTimerMs = 3_600_000
/** How long after a connection broke the host tells that its run ended, at most. */
const toldMs = 1000

// Keeps one pod as its desired state says: takes events one at a time, asks the lifecycle what follows, and has the
// effects performed. The only place that assigns the state of a slot.

import { policyOf } from '../../protocol/config.ts'
import type { Hello, Welcome } from '../../protocol/link.ts'
import { longTimeout } from '../../protocol/long-timeout.ts'
import type { RunEnd } from '../../protocol/words.ts'
import type { Image } from '../image/store.ts'
import { decide, timerOf } from '../lifecycle/decide.ts'
import { hasRun, podState } from '../lifecycle/public.ts'
import type { Effect, Slot, SlotEvent, World } from '../lifecycle/slot.ts'
import { type ScriptNeeds, ScriptRuns } from '../script/script-runs.ts'
import type { Desired } from '../store/desired.ts'
import type { ShimPeer } from '../system/shims.ts'
import { Effects, type EffectsNeeds } from './effects.ts'
import { type InForce, inForceOf } from './in-force.ts'
import type { LiveRun, Said } from './live-run.ts'

/** `dueMs`: of a timer, the time it was armed for. */
type Queued = { slot: number; event: SlotEvent; run?: number | undefined; dueMs?: number; handled: () => void }

/** What a pod needs of its host: the world, and what all pods of a host share. */
export type PodNeeds = EffectsNeeds & ScriptNeeds

export class PodSupervisor {
  readonly name: string
  /** What is wrong with the pod's files, while the last good state is in force. */
  problem: string | undefined
  /** When its schedule starts it next. */
  nextAt: string | undefined
  /** Those of its needs that are not up, which it is not started without. */
  missing: () => readonly string[] = () => []
  /** Of a script: its runs. */
  readonly scripts: ScriptRuns
  #needs: PodNeeds
  #inForce: InForce | undefined
  #effects: Effects
  #slots = new Map<number, Slot>()
  #timers = new Map<number, NodeJS.Timeout>()
  #queue: Queued[] = []
  #isPumping = false
  #isHeld = false
  #lastNumber: number
  #onChanged = new Set<() => void>()
  #onEnded = new Set<(end: RunEnd) => void>()

  constructor(name: string, needs: PodNeeds, options: { lastNumber: number }) {
    this.name = name
    this.#needs = needs
    this.#lastNumber = options.lastNumber
    const onEnded = (end: RunEnd) => {
      for (const listener of this.#onEnded) listener(end)
    }
    this.scripts = new ScriptRuns(needs, {
      name,
      inForce: () => this.#inForce,
      nextNumber: () => ++this.#lastNumber,
      onChanged: () => this.#tellChanged(),
      onEnded,
    })
    this.#effects = new Effects(name, needs, {
      inForce: () => this.#inForce,
      isWanted: live => this.#world(live.slot).wanted && this.#world(live.slot).spec === live.ref.spec,
      slotOf: number => this.#slots.get(number) ?? { at: 'vacant' },
      post: (live, event) => this.#post(live.slot, event, live.ref.number),
      onEnded,
    })
  }

  get isScript(): boolean {
    return this.#inForce?.image.kind === 'script'
  }

  /** The number of its newest run; 0 where there was none. */
  get lastNumber(): number {
    return this.#lastNumber
  }

  get inForce(): InForce | undefined {
    return this.#inForce
  }

  get slots(): ReadonlyMap<number, Slot> {
    return this.#slots
  }

  get runs(): ReadonlyMap<number, LiveRun> {
    return this.#effects.runs
  }

  get state() {
    if (this.isScript) return this.scripts.state
    const wanted = this.#wantedSlots()
    const others = [...this.#slots].filter(([number]) => number >= wanted.length).map(([, slot]) => slot)
    return podState(wanted, others)
  }

  /** Whether it is to be up, by what is in force and by what becomes of pod and host. */
  get isWanted(): boolean {
    return this.#wantedCount() > 0
  }

  /** Whether any run has, or may have, a process, or its end is not saved yet. */
  get hasRuns(): boolean {
    return this.scripts.hasRuns || this.#effects.runs.size > 0 || [...this.#slots.values()].some(hasRun)
  }

  /** Takes over what an earlier host left in a slot. */
  restore(number: number, slot: Slot, live: LiveRun | undefined): void {
    this.#slots.set(number, slot)
    if (live) this.#effects.adopt(live)
    this.#arm(number)
  }

  /** Puts a desired state in force. Resolves once every slot has taken it up, not once all is as desired. */
  async apply(desired: Desired, image: Image): Promise<void> {
    this.putInForce(desired, image)
    await this.reconcile()
  }

  /** As `apply`, but no slot takes it up before the next `reconcile`. */
  putInForce(desired: Desired, image: Image): void {
    this.#inForce = inForceOf(desired, image)
    this.problem = undefined
  }

  /** Wants no run from now on, whatever is desired: the host or the pod is going. Nothing is saved. */
  async hold(): Promise<void> {
    this.#isHeld = true
    this.scripts.hold()
    await this.reconcile()
  }

  /** Takes a hold back. */
  async release(): Promise<void> {
    this.#isHeld = false
    this.scripts.release()
    await this.reconcile()
  }

  /** Calls `listener` after every event, until the returned function is called. */
  watch(listener: () => void): () => void {
    this.#onChanged.add(listener)
    return () => void this.#onChanged.delete(listener)
  }

  /** Looks at every slot again. */
  async reconcile(): Promise<void> {
    const wanted = this.#wantedCount()
    const unwanted = [...this.#slots.keys()].filter(number => number >= wanted).sort((a, b) => b - a)
    const numbers = [...unwanted, ...Array.from({ length: wanted }, (_, number) => number)]
    await Promise.all(numbers.map(number => this.#post(number, { type: 'desired' })))
    this.#tellChanged()
  }

  /** Resolves when `isTrue` holds; it is asked after every event. */
  async until(isTrue: () => boolean): Promise<void> {
    if (isTrue()) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const listener = () => {
      if (isTrue()) resolve()
    }
    this.#onChanged.add(listener)
    await promise.finally(() => this.#onChanged.delete(listener))
  }

  /** Collects the ends of runs while `work` is under way. */
  async collectEnds(work: () => Promise<void>): Promise<RunEnd[]> {
    const ends: RunEnd[] = []
    const unwatch = this.watchEnds(end => void ends.push(end))
    await work().finally(unwatch)
    return ends
  }

  /** Calls `listener` with the end of every run, until the returned function is called. */
  watchEnds(listener: (end: RunEnd) => void): () => void {
    this.#onEnded.add(listener)
    return () => void this.#onEnded.delete(listener)
  }

  /** Something that a status shows has changed. */
  tellChanged(): void {
    this.#tellChanged()
  }

  /** The shim of one of its runs has dialled in. @returns what it is to do */
  async onHello(live: LiveRun, hello: Hello, peer: ShimPeer): Promise<Welcome> {
    return await this.#effects.onHello(live, hello, peer)
  }

  /** The default export of a run has resolved. */
  onReady(live: LiveRun): void {
    this.#effects.onReady(live)
  }

  /** A run says how it is. */
  onStatus(live: LiveRun, said: Said): void {
    this.#effects.onStatus(live, said)
    this.#tellChanged()
  }

  /** The connection to a run is gone. */
  onUnlinked(live: LiveRun, peer: ShimPeer): void {
    this.#effects.onUnlinked(live, peer)
  }

  /** Removes records and logs beyond what is kept. */
  async prune(): Promise<void> {
    await (this.isScript ? this.scripts : this.#effects).prune()
  }

  /** Ends all waiting; processes and files are left as they are. */
  detach(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    this.#effects.detach()
    this.scripts.detach()
  }

  #post(slot: number, event: SlotEvent, run?: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#enqueue({ slot, event, run, handled: resolve })
    return promise
  }

  #enqueue(queued: Queued): void {
    this.#queue.push(queued)
    if (!this.#isPumping) void this.#pump()
  }

  async #pump(): Promise<void> {
    this.#isPumping = true
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      await this.#handle(next)
      next.handled()
      this.#tellChanged()
    }
    this.#isPumping = false
  }

  async #handle({ slot: number, event, run, dueMs }: Queued): Promise<void> {
    const slot = this.#slots.get(number) ?? { at: 'vacant' }
    // News of a run that is no longer this slot's.
    if (run !== undefined && !(hasRun(slot) && slot.run.number === run)) return
    const world = this.#world(number)
    // A timer that went off while something else was handled, which has armed another.
    if (dueMs !== undefined && timerOf(slot, world) !== dueMs) return
    const [next, effects] = decide(slot, event, world)
    if (next.at === 'vacant') this.#slots.delete(number)
    else this.#slots.set(number, next)
    for (const effect of effects) await this.#perform(number, effect)
    this.#arm(number)
  }

  async #perform(slot: number, effect: Effect): Promise<void> {
    if (effect.do === 'spawn') this.#lastNumber = effect.run.number
    await this.#effects.perform(slot, effect)
  }

  #arm(number: number): void {
    clearTimeout(this.#timers.get(number))
    this.#timers.delete(number)
    const slot = this.#slots.get(number)
    const dueMs = slot && timerOf(slot, this.#world(number))
    if (dueMs === undefined) return
    const { clock } = this.#needs
    const onDue = () => {
      const lateMs = Math.max(0, clock.nowMs() - dueMs)
      this.#enqueue({ slot: number, event: { type: 'timer', lateMs }, dueMs, handled: () => {} })
    }
    this.#timers.set(number, longTimeout(onDue, Math.max(0, Math.ceil(dueMs - clock.nowMs()))))
  }

  #world(number: number): World {
    const slot = this.#slots.get(number)
    const common = {
      nowMs: this.#needs.clock.nowMs(),
      nextNumber: this.#lastNumber + 1,
      jitter: this.#needs.random(),
    }
    if (this.#inForce) {
      const { policy, spec } = this.#inForce
      // What runs is left running when something that it needs goes down by itself.
      const mayBegin = slot !== undefined || this.missing().length === 0
      return { ...common, wanted: number < this.#wantedCount() && mayBegin, spec, policy }
    }
    // Its files cannot be read: what runs is left running, and nothing is started.
    const isRunning = slot !== undefined && hasRun(slot) && !this.#isHeld
    return { ...common, wanted: isRunning, spec: isRunning ? slot.run.spec : '', policy: policyOf({}) }
  }

  #wantedCount(): number {
    if (this.#isHeld || this.isScript || this.#inForce?.desired.want !== 'up') return 0
    return this.#inForce.scale
  }

  #wantedSlots(): Slot[] {
    return Array.from({ length: this.#wantedCount() }, (_, number) => this.#slots.get(number) ?? { at: 'vacant' })
  }

  #tellChanged(): void {
    for (const listener of [...this.#onChanged]) listener()
  }
}

// Keeps the runs of a service, one in each slot and two while it is reloaded, as its desired state says: takes events one at a
// time, asks the lifecycle what follows, and lets the effects do it. The only place that assigns the state of a slot.

import type { RunEnd } from '../../protocol/words.ts'
import type { Over } from '../lifecycle/bounds.ts'
import { timerOf } from '../lifecycle/decide.ts'
import { type Ending, endingIn, endingOf, toldBeside, toldSlots } from '../lifecycle/ending.ts'
import { isNews } from '../lifecycle/news.ts'
import { hasRun } from '../lifecycle/public.ts'
import {
  type Beside,
  decideSeat,
  type Lane,
  laneOf,
  type RestEvent,
  type Seat,
  type Worlds,
} from '../lifecycle/seat.ts'
import type { RunRef, Slot, SlotEvent, World } from '../lifecycle/slot.ts'
import type { RunRecord } from '../store/run-record.ts'
import { Inbox } from '../system/inbox.ts'
import { Effects, type EffectsNeeds } from './effects.ts'
import type { Greeting } from './greeting.ts'
import { inForceFor } from './in-force.ts'
import type { LiveRun } from './live-run.ts'
import { Rolling, type RollingOwner } from './rolling.ts'
import type { RunNumbers } from './run-numbers.ts'
import { type Due, SlotTimers } from './slot-timers.ts'
import { type PodNow, worldOf, worldsOf } from './worlds.ts'

/** What the slots need of their pod. */
export type SlotsOwner = RollingOwner & {
  name: string
  numbers: RunNumbers
  /** How many slots should have a run, by the desired state. */
  desiredCount(): number
  /** Whether nothing may run, whatever is desired. */
  isHeld(): boolean
  /** Where it sleeps: how long nothing must have gone on in a run for that to rest. */
  rests(): { forMs: number } | undefined
  /** Whether a slot that has had no run may begin one: what it needs is up. */
  mayBegin(): boolean
  onChanged(): void
  onEnded(end: RunEnd): void
  /** A run that was asked to rest has something to do. */
  onStirred(): void
}

/**
 * `run`: the run that the event is about, which says in which lane of its slot it is; `dueMs`: for a timer, the time for
 * which it was armed.
 */
type Happened = { slot: number; event: SlotEvent | RestEvent; lane?: Lane; run?: number; dueMs?: number }

/** `left`: the run in it, if that has or may have a process. */
export type Restored = { lane?: Lane; left?: { ref: RunRef; record: RunRecord } }

const vacant: Slot = { at: 'vacant' }

export class Slots {
  #needs: EffectsNeeds
  #owner: SlotsOwner
  #effects: Effects
  #slots = new Map<number, Slot>()
  /** Of the slots that are being reloaded: the run beside the one that is in the slot. */
  #beside = new Map<number, Beside>()
  /** The run whose end is taken up, until its output is complete and its end is saved. */
  #ending: Ending | undefined
  #timers: SlotTimers
  #rolling: Rolling
  #inbox = new Inbox<Happened>(happened => this.#handle(happened))
  /** The runs that are over a limit, so that another one comes in the place of each: the number of the run, and the limit in words. */
  #over = new Map<number, string>()
  #isDetached = false

  constructor(needs: EffectsNeeds, owner: SlotsOwner) {
    this.#needs = needs
    this.#owner = owner
    this.#rolling = new Rolling(owner)
    this.#timers = new SlotTimers(needs.clock, due => this.#onDue(due))
    this.#effects = new Effects(needs, {
      name: owner.name,
      inForce: spec => inForceFor(owner.inForce(), spec),
      slotOf: live => this.#slotWith(live),
      post: (live, event) => this.#inbox.put({ slot: live.slot, event, run: live.ref.number }),
      onChanged: () => owner.onChanged(),
      onEnded: end => owner.onEnded(end),
      onOver: (live, over) => this.#onOver(live, over),
    })
  }

  get all(): ReadonlyMap<number, Slot> {
    return this.#slots
  }

  /** As everyone is told. */
  get told(): ReadonlyMap<number, Slot> {
    return toldSlots(this.#slots, this.#endings())
  }

  /** As {@link told}, of {@link beside}. */
  get toldBeside(): ReadonlyMap<number, Beside> {
    return toldBeside(this.#beside, this.#endings())
  }

  /** The runs whose process is gone, and whose end is worked out or saved just now. */
  #endings(): readonly Ending[] {
    const gone = [...this.#effects.runs.values()].filter(({ process }) => process.isGone)
    const endings = gone.flatMap(({ slot, ref }) => endingOf(slot, this.#seatOf(slot), ref.number) ?? [])
    return this.#ending ? [...endings, this.#ending] : endings
  }

  /** Of the slots that are being reloaded: the run that comes, or the one that leaves. */
  get beside(): ReadonlyMap<number, Beside> {
    return this.#beside
  }

  get runs(): ReadonlyMap<number, LiveRun> {
    return this.#effects.runs
  }

  /** Whether a reload is under way. */
  get isReloading(): boolean {
    return this.#owner.inForce()?.reload !== undefined
  }

  /** With what runs are begun, but for those of a reload. */
  get spec(): string | undefined {
    return this.#owner.inForce()?.spec
  }

  /** The slots that should have a run, as everyone is told. */
  get wanted(): Slot[] {
    const { told } = this
    return Array.from({ length: this.wantedCount }, (_, number) => told.get(number) ?? vacant)
  }

  /** How many slots should have a run, by the desired state and the state of pod and host. */
  get wantedCount(): number {
    return this.#owner.isHeld() ? 0 : this.#owner.desiredCount()
  }

  /** Whether any run has, or may have, a process, or its end is not saved yet. */
  get hasRuns(): boolean {
    return this.#effects.runs.size > 0 || this.#beside.size > 0 || [...this.#slots.values()].some(hasRun)
  }

  /** What comes in over the link. */
  get greeting(): Greeting {
    return this.#effects.greeting
  }

  /** Takes over a slot of an earlier host. */
  restore(number: number, slot: Slot, { lane = 'main', left }: Restored = {}): void {
    this.#put(number, { ...this.#seatOf(number), [lane]: slot })
    if (left) this.#effects.adopt(left.ref, left.record)
    this.#arm(number)
  }

  /** Looks at every slot again. */
  async reconcile(): Promise<void> {
    this.#effects.watchLimits()
    const wanted = this.wantedCount
    const unwanted = [...this.#slots.keys()].filter(number => number >= wanted).sort((a, b) => b - a)
    const numbers = [...unwanted, ...Array.from({ length: wanted }, (_, number) => number)]
    const event = { type: 'desired' } as const
    const beside = [...this.#beside].map(([slot, { coming }]) =>
      this.#inbox.put({ slot, event, lane: coming ? 'coming' : 'leaving' }),
    )
    await Promise.all([...beside, ...numbers.map(slot => this.#inbox.put({ slot, event }))])
    this.#roll()
  }

  /** Makes the next attempt now, where attempts have failed, and another run in the place of each that says it is not well. */
  async retry(): Promise<void> {
    const unwell = [...this.#effects.runs.values()].filter(live => live.said?.status === 'error')
    const replaced = unwell.map(live => {
      const event = { type: 'replace', why: 'unhealthy', said: live.said?.text ?? 'it says error' } as const
      return this.#inbox.put({ slot: live.slot, event, run: live.ref.number })
    })
    const retried = [...this.#slots.keys()].map(slot => this.#inbox.put({ slot, event: { type: 'retry' } }))
    await Promise.all([...replaced, ...retried])
  }

  /** Kills all that runs, whatever it is about to do. */
  async kill(): Promise<void> {
    const event = { type: 'over', said: 'killed by hand' } as const
    const runs = [...this.#effects.runs.values()]
    await Promise.all(runs.map(live => this.#inbox.put({ slot: live.slot, event, run: live.ref.number })))
  }

  /** Makes one more attempt where there would be none any more. */
  async retryOnce(): Promise<void> {
    const event = { type: 'retry', once: true } as const
    await Promise.all([...this.#slots.keys()].map(slot => this.#inbox.put({ slot, event })))
  }

  /** At once it is killed; else another one comes beside it, unless two must not live at once. */
  #onOver(live: LiveRun, { said, isHard }: Over): void {
    const { slot, ref } = live
    for (const number of this.#over.keys()) if (!this.#effects.runs.has(number)) this.#over.delete(number)
    if (isHard) return void this.#inbox.put({ slot, event: { type: 'over', said }, run: ref.number })
    const { main, coming, leaving } = this.#seatOf(slot)
    // A reload puts another one in its place anyway.
    if (this.isReloading || coming || leaving || main.at !== 'up' || main.run.number !== ref.number) return
    if (worldOf(slot, main, this.#now()).isSingle)
      return void this.#inbox.put({ slot, event: { type: 'replace', why: 'limit', said }, run: ref.number })
    this.#over.set(ref.number, said)
    void this.#inbox.put({ slot, event: { type: 'desired' }, lane: 'coming' })
  }

  /** Lets runs finish the calls that are under way; new ones go to others, if there are any. */
  async drain(numbers: readonly number[], forMs: number): Promise<void> {
    const found = numbers.flatMap(number => this.#effects.runs.get(number) ?? [])
    const drained = found.map(live => live.drain(forMs))
    // Those that have met them look for others.
    this.#owner.onChanged()
    await Promise.all(drained)
  }

  /** Ends one run, in whose place another comes as long as it is wanted. */
  async replace(number: number): Promise<void> {
    const live = this.#effects.runs.get(number)
    if (live) await this.#inbox.put({ slot: live.slot, event: { type: 'replace', why: 'stopped' }, run: number })
  }

  /** The world for a slot of an earlier host: obstacles of now do not count. */
  leftWorldOf(number: number): World {
    return { ...worldOf(number, this.#slotOf(number), this.#now()), wanted: number < this.#owner.desiredCount() }
  }

  async prune(): Promise<void> {
    await this.#effects.prune()
  }

  /** Ends all waiting; processes and files stay as they are. */
  detach(): void {
    this.#isDetached = true
    this.#timers.detach()
    this.#effects.detach()
  }

  /** The next slots of a reload begin, or it is told that it is done. */
  #roll(): void {
    if (!this.isReloading || this.#isDetached || this.#owner.isHeld()) return
    const seats = Array.from({ length: this.wantedCount }, (_, number) => this.#seatOf(number))
    for (const slot of this.#rolling.next(seats))
      void this.#inbox.put({ slot, event: { type: 'desired' }, lane: 'coming' })
  }

  #worldsOf(number: number): Worlds {
    return worldsOf(number, this.#seatOf(number), this.#now())
  }

  #now(): PodNow {
    const { clock, settings } = this.#needs
    return {
      inForce: this.#owner.inForce(),
      wantedCount: this.wantedCount,
      isHeld: this.#owner.isHeld(),
      rests: () => this.#owner.rests(),
      mayBegin: () => this.#owner.mayBegin(),
      overOf: run => this.#over.get(run),
      nowMs: clock.nowMs(),
      nextNumber: this.#owner.numbers.last + 1,
      jitter: this.#needs.random(),
      adoptMs: settings.adoptTimeout,
    }
  }

  #slotOf(number: number): Slot {
    return this.#slots.get(number) ?? vacant
  }

  #seatOf(number: number): Seat {
    return { main: this.#slotOf(number), ...this.#beside.get(number) }
  }

  /** The state of a run. */
  #slotWith({ slot, ref }: LiveRun): Slot {
    const seat = this.#seatOf(slot)
    const lane = laneOf(seat, ref.number)
    return (lane && seat[lane]) ?? { at: 'vacant' }
  }

  #put(number: number, { main, ...beside }: Seat): void {
    if (main.at === 'vacant') this.#slots.delete(number)
    else this.#slots.set(number, main)
    if (beside.coming || beside.leaving) this.#beside.set(number, beside)
    else this.#beside.delete(number)
  }

  async #handle(happened: Happened): Promise<void> {
    const { slot: number, event, run, dueMs } = happened
    const before = this.#seatOf(number)
    // The event may be about a run that is no longer in this slot.
    const lane = run === undefined ? (happened.lane ?? 'main') : laneOf(before, run)
    if (lane === undefined || this.#isDetached) return
    const worlds = this.#worldsOf(number)
    // A timer that went off while another event armed a new one.
    if (dueMs !== undefined && timerOf(before[lane] ?? { at: 'vacant' }, worlds[lane]) !== dueMs) return
    const { seat, effects, failed, hasStirred } = decideSeat(before, lane, event, worlds)
    this.#put(number, seat)
    for (const slot of [seat.main, seat.coming]) if (slot && hasRun(slot)) this.#owner.numbers.use(slot.run.number)
    for (const effect of effects) {
      const ended = effect.do === 'end' ? before[lane] : undefined
      if (ended) this.#ending = endingIn(number, lane, ended)
      const failure = await this.#effects.perform(effect, number)
      this.#ending = undefined
      if (!failure) continue
      const news = { type: 'save-failed', ...failure } as const
      void this.#inbox.put({ slot: number, event: news, run: effect.run.number })
      break
    }
    this.#arm(number)
    if (failed) this.#rolling.onFailed(failed)
    if (hasStirred) this.#owner.onStirred()
    if (isNews(event, { before, after: seat })) this.#owner.onChanged()
    this.#roll()
  }

  #arm(number: number): void {
    this.#timers.arm(number, this.#seatOf(number), this.#worldsOf(number))
  }

  #onDue({ slot, lane, dueMs, lateMs }: Due): void {
    void this.#inbox.put({ slot, lane, event: { type: 'timer', lateMs }, dueMs })
  }
}

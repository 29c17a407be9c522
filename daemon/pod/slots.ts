// Keeps the runs of a service, one in each slot, as its desired state says: takes events one at a time, asks the
// lifecycle what follows, and lets the effects do it. The only place that assigns the state of a slot.
import { policyOf } from '../../protocol/config.ts'
import { deadline } from '../../protocol/deadline.ts'
import { longTimeout } from '../../protocol/long-timeout.ts'
import type { RunEnd } from '../../protocol/words.ts'
import { decide, isPause, timerOf } from '../lifecycle/decide.ts'
import { hasRun } from '../lifecycle/public.ts'
import type { RunRef, Slot, SlotEvent, World } from '../lifecycle/slot.ts'
import type { RunRecord } from '../store/run-record.ts'
import { Inbox } from '../system/inbox.ts'
import { Effects, type EffectsNeeds } from './effects.ts'
import type { Greeting } from './greeting.ts'
import type { InForce } from './in-force.ts'
import type { LiveRun } from './live-run.ts'
import type { RunNumbers } from './run-numbers.ts'

/** How much later than its time a run may answer that it is drained. */
const drainSlackMs = 1000

/** What the slots need of their pod. */
export type SlotsOwner = {
  name: string
  numbers: RunNumbers
  inForce(): InForce | undefined
  /** How many slots should have a run, by the desired state. */
  desiredCount(): number
  /** Whether nothing may run, whatever is desired. */
  isHeld(): boolean
  /** Whether a slot that has had no run may begin one: what it needs is up. */
  mayBegin(): boolean
  onChanged(): void
  onEnded(end: RunEnd): void
}

/** `run`: the run that the event is about; `dueMs`: for a timer, the time for which it was armed. */
type Happened = { slot: number; event: SlotEvent; run?: number; dueMs?: number }

export class Slots {
  #needs: EffectsNeeds
  #owner: SlotsOwner
  #effects: Effects
  #slots = new Map<number, Slot>()
  #timers = new Map<number, NodeJS.Timeout>()
  #inbox = new Inbox<Happened>(happened => this.#handle(happened))
  #isDetached = false

  constructor(needs: EffectsNeeds, owner: SlotsOwner) {
    this.#needs = needs
    this.#owner = owner
    this.#effects = new Effects(needs, {
      name: owner.name,
      inForce: () => owner.inForce(),
      slotOf: number => this.#slotOf(number),
      post: (live, event) => this.#inbox.put({ slot: live.slot, event, run: live.ref.number }),
      onChanged: () => owner.onChanged(),
      onEnded: end => owner.onEnded(end),
    })
  }

  get all(): ReadonlyMap<number, Slot> {
    return this.#slots
  }

  get runs(): ReadonlyMap<number, LiveRun> {
    return this.#effects.runs
  }

  /** The slots that should have a run. */
  get wanted(): Slot[] {
    return Array.from({ length: this.wantedCount }, (_, number) => this.#slotOf(number))
  }

  /** How many slots should have a run, by the desired state and the state of pod and host. */
  get wantedCount(): number {
    return this.#owner.isHeld() ? 0 : this.#owner.desiredCount()
  }

  /** Whether any run has, or may have, a process, or its end is not saved yet. */
  get hasRuns(): boolean {
    return this.#effects.runs.size > 0 || [...this.#slots.values()].some(hasRun)
  }

  /** What comes in over the link. */
  get greeting(): Greeting {
    return this.#effects.greeting
  }

  /** Takes over a slot of an earlier host. */
  restore(number: number, slot: Slot, left?: { ref: RunRef; record: RunRecord }): void {
    if (slot.at !== 'vacant') this.#slots.set(number, slot)
    if (left) this.#effects.adopt(left.ref, left.record)
    this.#arm(number)
  }

  /** Looks at every slot again. */
  async reconcile(): Promise<void> {
    const wanted = this.wantedCount
    const unwanted = [...this.#slots.keys()].filter(number => number >= wanted).sort((a, b) => b - a)
    const numbers = [...unwanted, ...Array.from({ length: wanted }, (_, number) => number)]
    await Promise.all(numbers.map(slot => this.#inbox.put({ slot, event: { type: 'desired' } })))
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

  /** Lets runs finish the calls that are under way; new ones go to others, if there are any. */
  async drain(numbers: readonly number[], forMs: number): Promise<void> {
    const found = numbers.flatMap(number => this.#effects.runs.get(number) ?? [])
    for (const live of found) live.drain()
    // Those that have met them look for others.
    this.#owner.onChanged()
    const asked = found.map(({ peer }) =>
      peer?.request('drain', { timeoutMs: forMs }, { timeoutMs: forMs + drainSlackMs }),
    )
    // One that is gone, or knows no drain, has nothing to finish.
    await Promise.allSettled(asked)
  }

  /** Ends one run, in whose place another comes as long as it is wanted. */
  async replace(number: number): Promise<void> {
    const live = this.#effects.runs.get(number)
    if (live) await this.#inbox.put({ slot: live.slot, event: { type: 'replace', why: 'stopped' }, run: number })
  }

  /** The world for a slot of an earlier host: obstacles of now do not count. */
  leftWorldOf(number: number): World {
    return { ...this.#worldOf(number), wanted: number < this.#owner.desiredCount() }
  }

  async prune(): Promise<void> {
    await this.#effects.prune()
  }

  /** Ends all waiting; processes and files stay as they are. */
  detach(): void {
    this.#isDetached = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    this.#effects.detach()
  }

  /** The world for a decision about a slot. */
  #worldOf(number: number): World {
    const slot = this.#slots.get(number)
    const inForce = this.#owner.inForce()
    const { clock, settings } = this.#needs
    const common = {
      hasCode: inForce !== undefined,
      nowMs: clock.nowMs(),
      nextNumber: this.#owner.numbers.last + 1,
      jitter: this.#needs.random(),
      adoptMs: settings.adoptTimeout,
    }
    if (inForce) {
      const { policy, spec } = inForce
      // A run keeps running if a pod that it needs goes down by itself.
      const mayBegin = slot !== undefined || this.#owner.mayBegin()
      return { ...common, wanted: number < this.wantedCount && mayBegin, spec, policy }
    }
    // Its files cannot be read: runs keep running, and none is started.
    const isRunning = slot !== undefined && hasRun(slot) && !this.#owner.isHeld()
    return { ...common, wanted: isRunning, spec: isRunning ? slot.run.spec : '', policy: policyOf({}) }
  }

  #slotOf(number: number): Slot {
    return this.#slots.get(number) ?? { at: 'vacant' }
  }

  async #handle({ slot: number, event, run, dueMs }: Happened): Promise<void> {
    const slot = this.#slotOf(number)
    // The event is about a run that is no longer in this slot.
    if (run !== undefined && !(hasRun(slot) && slot.run.number === run)) return
    const world = this.#worldOf(number)
    // A timer that went off while another event armed a new one.
    if (this.#isDetached || (dueMs !== undefined && timerOf(slot, world) !== dueMs)) return
    const [next, effects] = decide(slot, event, world)
    if (next.at === 'vacant') this.#slots.delete(number)
    else this.#slots.set(number, next)
    if (hasRun(next)) this.#owner.numbers.use(next.run.number)
    for (const effect of effects) {
      const failure = await this.#effects.perform(effect, number, next)
      if (!failure) continue
      const news = { type: 'save-failed', ...failure } as const
      void this.#inbox.put({ slot: number, event: news, run: effect.run.number })
      break
    }
    this.#arm(number)
    this.#owner.onChanged()
  }

  #arm(number: number): void {
    clearTimeout(this.#timers.get(number))
    this.#timers.delete(number)
    const slot = this.#slots.get(number)
    if (!slot || this.#isDetached) return
    const dueMs = timerOf(slot, this.#worldOf(number))
    if (dueMs === undefined) return
    const { clock } = this.#needs
    const onDue = () => {
      const lateMs = Math.max(0, clock.nowMs() - dueMs)
      void this.#inbox.put({ slot: number, event: { type: 'timer', lateMs }, dueMs })
    }
    const wait = isPause(slot) ? longTimeout : deadline
    this.#timers.set(number, wait(onDue, Math.max(0, Math.ceil(dueMs - clock.nowMs()))))
  }
}

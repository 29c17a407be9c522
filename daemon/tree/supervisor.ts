// Keeps one pod as its desired state says, whatever it is: what is in force of it, what stands in its way, and whoever waits for
// what becomes of it.

import { runId } from '../../protocol/names.ts'
import type { PodState, RunEnd } from '../../protocol/words.ts'
import type { Image } from '../image/store.ts'
import type { Slot } from '../lifecycle/slot.ts'
import type { EffectsNeeds } from '../pod/effects.ts'
import type { Greeting } from '../pod/greeting.ts'
import { type InForce, inForceOf } from '../pod/in-force.ts'
import type { LiveRun } from '../pod/live-run.ts'
import { type Numbered, recoverEnds, recoverSlots } from '../pod/recover.ts'
import { RunNumbers } from '../pod/run-numbers.ts'
import { Slots } from '../pod/slots.ts'
import { type ScriptNeeds, ScriptRuns } from '../script/script-runs.ts'
import type { Desired } from '../store/desired.ts'
import type { Keeping, Pod } from './keeping/keeping.ts'
import { Script } from './keeping/script.ts'
import { Service } from './keeping/service.ts'

/** What a pod needs of its host: the world, and what all pods of a host share. */
export type PodNeeds = EffectsNeeds & ScriptNeeds

export class PodSupervisor implements Pod {
  readonly name: string
  /** Those of its needs that are not up, which it is not started without. */
  readonly missing: () => readonly string[]
  #needs: PodNeeds
  #slots: Slots
  #scripts: ScriptRuns
  #service: Keeping
  #script: Keeping
  #numbers: RunNumbers
  #inForce: InForce | undefined
  #isHeld = false
  #problem: string | undefined
  #nextAt: string | undefined
  #onChanged = new Set<() => void>()
  #onEnded = new Set<(end: RunEnd) => void>()

  constructor(name: string, needs: PodNeeds, options: { lastNumber: number; missing?: () => readonly string[] }) {
    this.name = name
    this.#needs = needs
    this.missing = options.missing ?? (() => [])
    const numbers = new RunNumbers(options.lastNumber)
    const owner = {
      name,
      numbers,
      inForce: () => this.#inForce,
      isHeld: () => this.#isHeld,
      onChanged: () => this.#tellChanged(),
      onEnded: (end: RunEnd) => {
        for (const listener of this.#onEnded) listener(end)
      },
    }
    this.#numbers = numbers
    this.#scripts = new ScriptRuns(needs, { ...owner, nextNumber: () => numbers.take() })
    this.#slots = new Slots(needs, {
      ...owner,
      desiredCount: () => this.keeping.desiredCount,
      mayBegin: () => this.missing().length === 0,
    })
    this.#service = new Service(this, this.#slots, needs)
    this.#script = new Script(this, this.#scripts)
  }

  /** What is wrong with the pod's files, while the last good state is in force. */
  get problem(): string | undefined {
    return this.#problem
  }

  /** When its schedule starts it next. */
  get nextAt(): string | undefined {
    return this.#nextAt
  }

  /**
   * What keeps its runs, by the kind of the image in force: the one place that asks for that. A person's edit of its file may
   * change the kind; what the other kind has left is not wanted then, but for a script's runs, which go on to their end.
   */
  get keeping(): Keeping {
    return this.#inForce?.image.kind === 'script' ? this.#script : this.#service
  }

  /** The number of its newest run; 0 where there was none. */
  get lastNumber(): number {
    return this.#numbers.last
  }

  get inForce(): InForce | undefined {
    return this.#inForce
  }

  get slots(): ReadonlyMap<number, Slot> {
    return this.#slots.all
  }

  get runs(): ReadonlyMap<number, LiveRun> {
    return this.#slots.runs
  }

  /** What comes in over the links of its runs. */
  get greeting(): Greeting {
    return this.#slots.greeting
  }

  get state(): PodState {
    return this.keeping.state
  }

  /** Whether it is to be up, by what is in force and by what becomes of pod and host. */
  get isWanted(): boolean {
    return this.#slots.wantedCount > 0
  }

  /** Its runs of whatever kind that wait, have, or may have a process, or whose end is not saved yet. */
  get underWay(): { id: string; version: number }[] {
    const ofService = [...this.#slots.runs].map(([number, { version }]) => ({ id: runId(this.name, number), version }))
    const ofScript = [...this.#scripts.live.values()].map(({ id, record }) => ({ id, version: record.version }))
    return [...ofService, ...ofScript]
  }

  /** Whether any run has, or may have, a process, or its end is not saved yet. */
  get hasRuns(): boolean {
    return this.#scripts.hasRuns || this.#slots.hasRuns
  }

  /** Puts a desired state in force. Resolves once every slot has taken it up, not once all is as desired. */
  async apply(desired: Desired, image: Image): Promise<void> {
    this.putInForce(desired, image)
    await this.reconcile()
  }

  /** As `apply`, but no slot takes it up before the next `reconcile`. */
  putInForce(desired: Desired, image: Image): void {
    this.#inForce = inForceOf(desired, image)
    this.#problem = undefined
  }

  /** Wants no run from now on, whatever is desired: the host or the pod is going. Nothing is saved. */
  async hold(): Promise<void> {
    this.#isHeld = true
    this.#scripts.hold()
    await this.reconcile()
  }

  /** Takes a hold back. */
  async release(): Promise<void> {
    this.#isHeld = false
    this.#scripts.release()
    await this.reconcile()
  }

  /** Calls `listener` after every event, until the returned function is called. */
  watch(listener: () => void): () => void {
    this.#onChanged.add(listener)
    return () => void this.#onChanged.delete(listener)
  }

  /** Looks at every slot again. */
  async reconcile(): Promise<void> {
    await this.#slots.reconcile()
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

  /** Its files cannot be used as they are, or what it has recorded cannot be read. */
  onProblem(problem: string): void {
    this.#problem = problem
    this.#tellChanged()
  }

  /** Its schedule starts it then; undefined: never. */
  onScheduled(nextAt: string | undefined): void {
    this.#nextAt = nextAt
  }

  /** Takes over what an earlier host left, of a run of whatever kind. @param records newest first */
  async recover(records: readonly Numbered[]): Promise<void> {
    this.#scripts.recover(records.filter(({ record }) => record.script))
    await recoverSlots({ name: this.name, slots: this.#slots }, this.#needs, ofService(records))
  }

  /** As {@link recover}, of what is over alone. @param records newest first */
  recoverEnds(records: readonly Numbered[]): void {
    recoverEnds({ name: this.name, slots: this.#slots }, this.#needs, ofService(records))
  }

  /** Ends all waiting; processes and files are left as they are. */
  detach(): void {
    this.#slots.detach()
    this.#scripts.detach()
  }

  #tellChanged(): void {
    for (const listener of [...this.#onChanged]) listener()
  }
}

function ofService(records: readonly Numbered[]): Numbered[] {
  return records.filter(({ record }) => !record.script)
}

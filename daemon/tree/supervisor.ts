// Keeps one pod as its desired state says, whatever it is: what is in force of it, what stands in its way, and whoever waits for
// what becomes of it.

import type { Membership } from '../../protocol/group.ts'
import { joinPath, runId } from '../../protocol/names.ts'
import type { PodState, PortStatus, RunEnd } from '../../protocol/words.ts'
import type { Image } from '../image/store.ts'
import type { Beside } from '../lifecycle/seat.ts'
import type { Slot } from '../lifecycle/slot.ts'
import type { EffectsNeeds } from '../pod/effects.ts'
import type { Greeting } from '../pod/greeting.ts'
import { type InForce, inForceOf } from '../pod/in-force.ts'
import type { LiveRun } from '../pod/live-run.ts'
import { type Numbered, recoverEnds, recoverSlots } from '../pod/recover.ts'
import type { ReloadOutcome } from '../pod/rolling.ts'
import { RunNumbers } from '../pod/run-numbers.ts'
import { Slots } from '../pod/slots.ts'
import { type ScriptNeeds, ScriptRuns } from '../script/script-runs.ts'
import type { Asleep } from '../store/asleep-file.ts'
import type { Desired } from '../store/desired.ts'
import type { Keeping, Pod } from './keeping/keeping.ts'
import { Script } from './keeping/script.ts'
import { Service } from './keeping/service.ts'

/** Those of the version that is wanted, and of the one to which it is reloaded. */
export type Images = { image: Image; next?: Image | undefined }

/** What a pod needs of its host: the world, and what all pods of a host share. */
export type PodNeeds = EffectsNeeds & ScriptNeeds

type Options = {
  lastNumber: number
  missing?: () => readonly string[]
  groups?: () => readonly Membership[]
  /** Throws where it may have no further run of a script. */
  refuseRun?: () => void
}

export class PodSupervisor implements Pod {
  readonly name: string
  /** Those of its needs that are not up, which it is not started without. */
  readonly missing: () => readonly string[]
  /** The groups that it is in. */
  readonly groups: () => readonly Membership[]
  #needs: PodNeeds
  #slots: Slots
  #scripts: ScriptRuns
  #service: Keeping
  #script: Keeping
  #numbers: RunNumbers
  #inForce: InForce | undefined
  #isHeld = false
  #asleep: Asleep | undefined
  #epoch = 0
  #unheld: string | undefined
  #overLimit = 0
  #problem: string | undefined
  #nextAt: string | undefined
  #scheduled: Promise<void> = Promise.resolve()
  #reloadOutcome: ReloadOutcome | undefined
  #onChanged = new Set<() => void>()
  #onEnded = new Set<(end: RunEnd) => void>()
  #onStirred = new Set<() => void>()

  constructor(name: string, needs: PodNeeds, options: Options) {
    this.name = name
    this.#needs = needs
    this.missing = options.missing ?? (() => [])
    this.groups = options.groups ?? (() => [])
    const numbers = new RunNumbers(options.lastNumber)
    const owner = {
      name,
      numbers,
      inForce: () => this.#inForce,
      isHeld: () => this.#isHeld,
      onChanged: () => this.#tellChanged(),
      onEnded: (end: RunEnd) => {
        if (end.reason === 'limit') this.#overLimit++
        for (const listener of this.#onEnded) listener(end)
      },
    }
    this.#numbers = numbers
    this.#scripts = new ScriptRuns(needs, {
      ...owner,
      nextNumber: () => numbers.take(),
      refuseRun: options.refuseRun ?? (() => {}),
    })
    this.#slots = new Slots(needs, {
      ...owner,
      desiredCount: () => this.keeping.desiredCount,
      mayBegin: () => this.missing().length === 0,
      rests: () => this.asleep && { forMs: this.asleep.isForced ? 0 : (this.#inForce?.policy.sleepMs ?? 0) },
      onStirred: () => {
        for (const listener of this.#onStirred) listener()
      },
      onReload: outcome => this.#onReload(outcome),
    })
    this.#service = new Service(this, this.#slots, needs)
    this.#script = new Script(this, this.#scripts)
  }

  /** What is wrong with the pod's files, while the last good state is in force. */
  get problem(): string | undefined {
    return this.#problem
  }

  /** What its last reload has come to: also before that is saved. */
  get reloadOutcome(): ReloadOutcome | undefined {
    return this.#reloadOutcome
  }

  /** When its schedule starts it next. */
  get nextAt(): string | undefined {
    return this.#nextAt
  }

  /** Settled once it is known when its schedule, as it is now, starts it next. Never rejects. */
  get scheduled(): Promise<void> {
    return this.#scheduled
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

  /** The sockets that are held for it. */
  get ports(): PortStatus[] {
    return this.#needs.ports.statusOf(joinPath(this.#needs.path, this.name))
  }

  get inForce(): InForce | undefined {
    return this.#inForce
  }

  get slots(): ReadonlyMap<number, Slot> {
    return this.#slots.all
  }

  get told(): ReadonlyMap<number, Slot> {
    return this.#slots.told
  }

  get toldBeside(): ReadonlyMap<number, Beside> {
    return this.#slots.toldBeside
  }

  get beside(): ReadonlyMap<number, Beside> {
    return this.#slots.beside
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

  /** How many runs of a script wait or run. */
  get scriptsUnderWay(): number {
    return this.#scripts.live.size
  }

  /** Whether any run has, or may have, a process, or its end is not saved yet. */
  get hasRuns(): boolean {
    return this.#scripts.hasRuns || this.#slots.hasRuns
  }

  /** Puts a desired state in force. Resolves once every slot has taken it up, not once all is as desired. */
  async apply(desired: Desired, images: Images): Promise<void> {
    this.putInForce(desired, images)
    await this.reconcile()
  }

  /** As `apply`, but no slot takes it up before the next `reconcile`. */
  putInForce(desired: Desired, { image, next }: Images): void {
    this.#inForce = inForceOf(desired, image, next)
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

  /** Since when it sleeps: it is wanted, and none of its runs is. */
  get asleep(): Asleep | undefined {
    const { desired } = this.#inForce ?? {}
    return desired?.want === 'up' && desired.generation === this.#asleep?.generation ? this.#asleep : undefined
  }

  /** In which epoch it was put to sleep or woken last; 0 where nobody said one. */
  get epoch(): number {
    return this.#epoch
  }

  /** Somebody acts in a later epoch. */
  enterEpoch(epoch: number): void {
    this.#epoch = epoch
    this.#tellChanged()
  }

  /** Why whoever connects does not wake it, though it sleeps. */
  get unheld(): string | undefined {
    return this.asleep && this.#unheld
  }

  /** Its sockets could not be held, or, without a word, are. */
  onHeld(why?: string): void {
    if (this.#unheld === why) return
    this.#unheld = why
    this.#tellChanged()
  }

  get overLimit(): number {
    return this.#overLimit
  }

  get isHeld(): boolean {
    return this.#isHeld
  }

  /** Whether its attempts are used up, in each of its slots. */
  get isDown(): boolean {
    const { wanted } = this.#slots
    return wanted.length > 0 && wanted.every(({ at }) => at === 'failed')
  }

  /** It sleeps from now on, or, without a word, no more. No slot takes it up before the next `reconcile`. */
  rest(asleep: Asleep | undefined): void {
    this.#asleep = asleep
  }

  /** Makes one more attempt to start it. */
  async attempt(): Promise<void> {
    await this.#slots.retryOnce()
  }

  /** Calls `listener` when a run that was asked to rest does not, until the returned function is called. */
  watchStirred(listener: () => void): () => void {
    this.#onStirred.add(listener)
    return () => void this.#onStirred.delete(listener)
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

  /** Its files cannot be used as they are, or what it has recorded cannot be read; without a word, that is over. */
  onProblem(problem?: string): void {
    this.#problem = problem
    this.#tellChanged()
  }

  /** It has another schedule, and when that starts it is being worked out. */
  onSchedule(worked: Promise<void>): void {
    this.#scheduled = worked
  }

  /** Its schedule starts it then; undefined: never. */
  onScheduled(nextAt: string | undefined): void {
    this.#nextAt = nextAt
  }

  /** Takes over what an earlier host left, of a run of whatever kind. @param records newest first */
  async recover(records: readonly Numbered[]): Promise<void> {
    this.#overLimit = records.filter(({ record }) => record.end?.reason === 'limit').length
    this.#scripts.recover(records.filter(({ record }) => record.script))
    await recoverSlots({ name: this.name, slots: this.#slots }, this.#needs, ofService(records))
  }

  /** As {@link recover}, of what is over alone. @param records newest first */
  async recoverEnds(records: readonly Numbered[]): Promise<void> {
    await recoverEnds({ name: this.name, slots: this.#slots }, this.#needs, ofService(records))
  }

  /** Ends all waiting; processes and files are left as they are. */
  detach(): void {
    this.#slots.detach()
    this.#scripts.detach()
  }

  /** Why one goes back is what counts of it. */
  #onReload(outcome: ReloadOutcome): void {
    const before = this.#reloadOutcome
    const end = outcome.wasBack && before?.of === outcome.of ? before.end : outcome.end
    const { of, wasBack } = outcome
    if (before?.of === of && before.wasBack === wasBack) return
    this.#reloadOutcome = { of, wasBack, ...(end && { end }) }
    this.#tellChanged()
  }

  #tellChanged(): void {
    for (const listener of [...this.#onChanged]) listener()
  }
}

function ofService(records: readonly Numbered[]): Numbered[] {
  return records.filter(({ record }) => !record.script)
}

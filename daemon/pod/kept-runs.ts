// The runs of a service whose processes are children of a keeper. There is no link to such a process: its keeper tells
// how it ended, and what a shim would say is said here, so that the lifecycle is that of every run. If the keeper is
// gone, its process is looked for, and another keeper takes up its output.

import { setTimeout as delay } from 'node:timers/promises'
import { monotonicMs } from '../../protocol/deadline.ts'
import type { ServiceEnd, ServiceOrder, ServiceSaid } from '../../protocol/keeper.ts'
import type { Lease } from '../../protocol/lease.ts'
import { maxSaidChars } from '../../protocol/limits.ts'
import type { ExitNote } from '../../protocol/link.ts'
import { forbidBegin } from '../keeper/begun.ts'
import type { Keepers } from '../keeper/keepers.ts'
import type { Slot, SlotEvent } from '../lifecycle/slot.ts'
import { runPaths } from '../system/paths.ts'
import type { ExitOutcome, Identity } from '../system/process.ts'
import type { Seams } from '../system/seams.ts'
import { untilSeen } from '../system/until-seen.ts'
import { readBegun, readExitNote } from './exit-note.ts'
import { endGivenUp, forgetBegun } from './given-up.ts'
import { isUnheard, KeptPorts, type PortOwner } from './kept-ports.ts'
import type { LiveRun } from './live-run.ts'
import { mayBeThere } from './may-be-there.ts'
import type { Said } from './run-link.ts'
import { type LogShare, serviceFiles, serviceKey } from './service-order.ts'

/** How often to look whether a keeper that has not dialled yet is still there. */
const seekMs = 100
/** When to try again to give a process to another keeper. */
const takeAgainMs = 1000
/** How long the end of a run waits for its keeper to dial. */
const dialMs = 1000

export type KeptNeeds = Seams & {
  path: string
  keepers: Pick<
    Keepers,
    | 'ticket'
    | 'know'
    | 'watchService'
    | 'forget'
    | 'beginService'
    | 'takeService'
    | 'releaseService'
    | 'giveUp'
    | 'keeps'
  >
}

export type KeptOwner = PortOwner & {
  name: string
  slotOf(live: LiveRun): Slot
  /** Resolves once the effects of the event have been performed. */
  post(live: LiveRun, event: SlotEvent): Promise<void>
  /** Saves which keeper has a run. */
  saveKeeper(live: LiveRun, keeper: LiveRun['record']['keeper']): Promise<void>
  /** The log of a run is a part of this. */
  logShare(live: LiveRun): LogShare
  /** The lease by which a run lives, if it has one. */
  lease(live: LiveRun): Promise<{ lease?: Lease }>
  /** Something that a status shows has changed. */
  onChanged(): void
}

/** `isReady`: it has said so. `exited`: how its keeper says that it ended. */
type Kept = {
  isLinked: boolean
  isOver: boolean
  isReady: boolean
  exited: PromiseWithResolvers<ExitOutcome | undefined>
}

export class KeptRuns {
  #needs: KeptNeeds
  #owner: KeptOwner
  #ports: KeptPorts
  #runs = new Map<LiveRun, Kept>()
  #isDetached = false

  constructor(needs: KeptNeeds, owner: KeptOwner) {
    this.#needs = needs
    this.#owner = owner
    this.#ports = new KeptPorts(needs.processes, owner)
  }

  /** By which its keeper proves itself; it is in the record before a run begins. */
  get ticket(): string {
    return this.#needs.keepers.ticket
  }

  has(live: LiveRun): boolean {
    return live.record.keeper !== undefined
  }

  /** Begins a run: posts `spawned`, and that it is on its way. @throws if it cannot be begun */
  async begin(live: LiveRun, order: ServiceOrder): Promise<void> {
    this.#watch(live)
    const { keepers } = this.#needs
    try {
      const { pid, keeper } = await keepers.beginService(order)
      live.note({ ...live.record, keeper: { ticket: keepers.ticket, ...keeper } })
      await this.#onKept(live, pid)
    } catch (error) {
      // Its keeper may have been killed just when it had begun.
      if (await this.#find(live).catch(() => false)) return
      // If it has begun all the same, its keeper says so later, to this host or the next: then it is ended.
      await forbidBegin(order.log.file).catch(() => {})
      keepers.giveUp(order.key)
      keepers.forget(order.key)
      throw error
    }
  }

  /** Takes over a run of an earlier host. */
  adopt(live: LiveRun): void {
    const { keeper } = live.record
    if (!keeper) return
    this.#needs.keepers.know(keeper.ticket)
    this.#watch(live)
    if (live.record.pid === undefined) void this.#findInTime(live)
    void this.#seek(live)
  }

  /** A process that cannot be seen now is not gone. */
  async #findInTime(live: LiveRun): Promise<void> {
    const { log, settings } = this.#needs
    await untilSeen(async () => await this.#find(live), {
      isOver: () => this.#isDetached || this.#runs.get(live)?.isOver !== false,
      forMs: settings.adoptTimeout,
      onFailed: err => log.error('run', 'whether it was begun cannot be seen yet', { run: live.record.id, err }),
    })
  }

  /**
   * Finds the process of a run whose keeper did not say that it has begun.
   * @returns whether there is one
   * @throws the system's error where that cannot be seen now
   */
  async #find(live: LiveRun): Promise<boolean> {
    const begun = await readBegun(this.#files(live).exit)
    if (!begun || live.identity) return live.identity !== undefined
    const { pid, startTime, keeper } = begun
    const isThere = (await this.#needs.processes.identify(pid))?.startTime === startTime
    if (!isThere || live.identity || this.#isDetached) return live.identity !== undefined
    live.note({ ...live.record, keeper: { ticket: this.ticket, ...keeper } })
    live.process.adopt({ pid, startTime })
    await this.#owner.post(live, { type: 'spawned' })
    live.process.introduce()
    await this.#owner.post(live, { type: 'hello', state: 'starting' })
    void this.#seek(live)
    return true
  }

  #files(live: LiveRun): ReturnType<typeof runPaths> {
    return runPaths(this.#needs.paths.pod(this.#owner.name), live.ref.number)
  }

  /**
   * Nothing is left of its process group.
   * @returns whether its keeper has brought all of its output into the log, or is gone
   */
  async release(live: LiveRun): Promise<boolean> {
    const kept = this.#runs.get(live)
    if (!kept) return true
    kept.isOver = true
    const giveUpAtMs = monotonicMs() + dialMs
    while (!kept.isLinked && monotonicMs() < giveUpAtMs && (await this.#hasKeeper(live))) await delay(seekMs / 10)
    const key = this.#keyOf(live)
    this.#needs.keepers.forget(key)
    this.#runs.delete(live)
    const isReleased = await this.#needs.keepers.releaseService(key)
    return isReleased && (kept.isLinked || !(await this.#hasKeeper(live)))
  }

  /**
   * The note of a run whose process is gone; a keeper that is there, and was its parent, is about to write it.
   * @throws the system's error where it cannot be read now
   */
  async noteOf(live: LiveRun): Promise<ExitNote | undefined> {
    const { exit } = this.#files(live)
    const giveUpAtMs = monotonicMs() + this.#needs.settings.adoptTimeout
    const isAwaited = async () =>
      monotonicMs() < giveUpAtMs && !live.record.keeper?.isSecond && (await this.#hasKeeper(live))
    for (;;) {
      const mayCome = await isAwaited()
      const note = await readExitNote(exit)
      if (note || !mayCome) return note
      await delay(seekMs / 10)
    }
  }

  /** Removes what its keeper left for those who would have had to find it, and ends what was begun after it was given up. */
  async forget(live: LiveRun): Promise<void> {
    await forgetBegun(live, this.#files(live).exit, this.#needs)
  }

  /** Ends what was begun after it was given up: nobody else knows of the process. */
  async endForgotten(): Promise<void> {
    const isKnown = (number: number) =>
      this.#isDetached || [...this.#runs.keys()].some(({ ref }) => ref.number === number)
    await endGivenUp(this.#owner.name, { ...this.#needs, isKnown })
  }

  detach(): void {
    this.#isDetached = true
    for (const live of this.#runs.keys()) this.#needs.keepers.forget(this.#keyOf(live))
  }

  /** Whether the keeper that has begun it, or took it up, is there. */
  async #hasKeeper({ record: { keeper } }: LiveRun): Promise<boolean> {
    return (
      keeper?.pid !== undefined && (await mayBeThere({ pid: keeper.pid, startTime: keeper.startTime }, this.#needs))
    )
  }

  #keyOf(live: LiveRun): string {
    return serviceKey(this.#needs, this.#owner.name, live.ref.number)
  }

  #watch(live: LiveRun): void {
    const kept: Kept = { isLinked: false, isOver: false, isReady: false, exited: Promise.withResolvers() }
    this.#runs.set(live, kept)
    this.#needs.keepers.watchService(this.#keyOf(live), {
      onKept: pid => void this.#onKept(live, pid),
      onNotKept: () => {},
      onEnded: end => {
        if (!live.record.isContained) live.process.leaves(end.lifeline)
        kept.exited.resolve(outcomeOf(end))
      },
      onSaid: said => this.#onSaid(live, kept, said),
      onUnlinked: () => this.#onUnlinked(live, kept),
    })
  }

  /** What it answers when it is asked how it is: its process is there, or its end is on the way. */
  async answerOf(live: LiveRun): Promise<Said> {
    if (this.#owner.isToldReady() && this.#isStarting(live))
      return { status: 'waiting', text: 'it has not said READY=1 yet' }
    const text = this.#runs.has(live) ? await this.#ports.textOf(live) : undefined
    if (text !== undefined) return { status: 'up', text }
    if (isUnheard(live)) live.link.say({ status: 'up' })
    return { status: 'up' }
  }

  #onSaid(live: LiveRun, kept: Kept, { ready, text }: ServiceSaid): void {
    if (text !== undefined) live.link.say({ status: 'up', text: text.slice(0, maxSaidChars) })
    if (ready) {
      kept.isReady = true
      this.#takeReady(live)
    }
    this.#owner.onChanged()
  }

  #takeReady(live: LiveRun): void {
    if (!this.#isStarting(live)) return
    // What was said for it while it was waited for is over.
    if (live.said?.status === 'waiting') live.link.say({ status: 'up' })
    void this.#owner.post(live, { type: 'ready' })
  }

  async #onKept(live: LiveRun, pid: number): Promise<void> {
    const kept = this.#runs.get(live)
    if (!kept || kept.isLinked) return
    kept.isLinked = true
    const known = live.identity
    // It has ended already, and its end is on the way. No start time will ever match this one.
    const identity = known ?? (await this.#needs.processes.identify(pid)) ?? { pid, startTime: 'gone' }
    if (this.#isDetached || kept.isOver) return
    live.process.onLinked()
    live.process.become({ identity, exited: kept.exited.promise })
    if (!known) {
      await this.#owner.post(live, { type: 'spawned' })
      live.process.introduce()
    }
    const state = this.#owner.slotOf(live).at === 'up' ? 'up' : 'starting'
    await this.#owner.post(live, { type: 'hello', state })
    if (kept.isReady) this.#takeReady(live)
    void this.#watchPort(live, identity)
    // Its keeper may have gone before its process was known here.
    if (kept.isLinked && !this.#needs.keepers.keeps(this.#keyOf(live))) this.#onUnlinked(live, kept)
  }

  /** It is up once it listens to its port. */
  async #watchPort(live: LiveRun, identity: Identity): Promise<void> {
    const isAwaited = () => !this.#isDetached && this.#runs.get(live)?.isOver === false && this.#isStarting(live)
    if (await this.#ports.listens(live, identity, isAwaited)) void this.#owner.post(live, { type: 'ready' })
  }

  #isStarting(live: LiveRun): boolean {
    const slot = this.#owner.slotOf(live)
    return slot.at === 'starting' && slot.run.number === live.ref.number
  }

  /** From now on its process is looked for. */
  #onUnlinked(live: LiveRun, kept: Kept): void {
    const { identity } = live
    if (kept.isOver || this.#isDetached || !identity) return
    kept.isLinked = false
    live.process.adopt(identity)
    void this.#seek(live)
  }

  /** Waits for its keeper to dial; if there is none any more, another one gets it. */
  async #seek(live: LiveRun): Promise<void> {
    const isSought = () => {
      const kept = this.#runs.get(live)
      return kept !== undefined && !kept.isLinked && !kept.isOver && !this.#isDetached
    }
    while (isSought() && (await this.#hasKeeper(live))) await delay(seekMs)
    const { identity } = live
    if (!isSought() || !identity) return
    try {
      await this.#give(live, identity)
    } catch (error) {
      const { log } = this.#needs
      log.error('run', 'its output could not be given to a keeper yet', { run: live.record.id, err: error })
      await delay(takeAgainMs)
      void this.#seek(live)
    }
  }

  async #give(live: LiveRun, { pid, startTime }: Identity): Promise<void> {
    const { keepers, processes } = this.#needs
    // It is over already: its output is brought into its log by the host.
    if ((await processes.identify(pid))?.startTime !== startTime) return
    const lease = await this.#owner.lease(live)
    const files = serviceFiles(this.#needs, this.#owner.name, live, this.#owner.logShare(live))
    // Noted first: one that hangs takes it up when it goes on, and two would write each line twice.
    await keepers.takeService({ ...files, ...lease, pid, startTime }, async keeper => {
      await this.#owner.saveKeeper(live, { ticket: keepers.ticket, ...keeper, isSecond: true })
    })
    await this.#onKept(live, pid)
  }
}

/** Neither a code nor a signal: its keeper took it up from another one, and cannot know. */
function outcomeOf({ code, signal }: ServiceEnd): ExitOutcome | undefined {
  return code === null && signal === null ? undefined : { code, signal: signal as NodeJS.Signals | null }
}

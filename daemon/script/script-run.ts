// One run of a script that is not over: takes events one at a time, asks its lifecycle what follows, and lets the
// effects do it. The only place that changes the state of such a run.

import { deadline } from '../../protocol/deadline.ts'
import type { ScriptOrder } from '../../protocol/keeper.ts'
import { runId } from '../../protocol/names.ts'
import { endWithin } from '../bounds/end-within.ts'
import { hasOwnMounts } from '../bounds/isolation.ts'
import { Within } from '../bounds/within.ts'
import type { Over } from '../lifecycle/bounds.ts'
import { decideScript, scriptTimerOf } from '../lifecycle/script.ts'
import { restoredScript } from '../lifecycle/script-restored.ts'
import {
  recordedOf,
  type ScriptEvent,
  type ScriptRecorded,
  type ScriptState,
  type ScriptWorld,
} from '../lifecycle/script-state.ts'
import type { ScriptDecision } from '../lifecycle/script-steps.ts'
import { Inbox } from '../system/inbox.ts'
import type { Identity } from '../system/process.ts'
import { keyOf } from './order.ts'
import type { Place, ScriptQueue } from './queue.ts'
import { RecordFile, type ScriptRecord } from './record-file.ts'
import { ScriptEffects, type ScriptRunNeeds } from './script-effects.ts'

/** What a run needs of its pod. `onOver`: its end is saved, and `record` is final. */
export type ScriptOwner = {
  name: string
  onChanged(): void
  onOver(run: ScriptRun, record: ScriptRecord): void
}

type ScriptRunOptions = {
  number: number
  record: ScriptRecord
  /** Its command line, if it was found when the run was asked for. */
  command?: ScriptOrder['command']
}

/** Decides when its turn comes; returns nothing if the event no longer matters. */
type Decide = () => ScriptDecision | undefined

export class ScriptRun {
  readonly number: number
  readonly id: string
  #needs: ScriptRunNeeds
  #owner: ScriptOwner
  #file: RecordFile
  #effects: ScriptEffects
  #within: Within
  #inbox = new Inbox<Decide>(decide => this.#handle(decide))
  #state: ScriptState = { at: 'queued' }
  #timer: NodeJS.Timeout | undefined
  /** Its place in the queue, or among the running scripts. */
  #place: Place | undefined
  #stopAskedMs: number | undefined
  #isDetached = false

  constructor({ number, record, command }: ScriptRunOptions, needs: ScriptRunNeeds, owner: ScriptOwner) {
    this.number = number
    this.id = runId(owner.name, number)
    this.#needs = needs
    this.#owner = owner
    this.#within = new Within(needs)
    this.#file = new RecordFile(record, { paths: needs.paths.pod(owner.name), number, log: needs.log })
    const of = { pod: owner.name, number, id: this.id, command, file: this.#file }
    this.#effects = new ScriptEffects(
      {
        ...of,
        post: event => void this.#post(this.#asWithin(event)),
        onEndSaved: () => owner.onOver(this, this.record),
      },
      needs,
    )
  }

  /** Its record as last saved, or about to be saved. */
  get record(): ScriptRecord {
    return this.#file.record
  }

  /** Its recorded state, and its process if that is known. */
  get recorded(): ScriptRecorded {
    return recordedOf(this.#state)
  }

  /** Its process, if that is known. */
  get identity(): Identity | undefined {
    return this.recorded.process
  }

  /** Whether it has ended, even if its end is not saved yet. */
  get isOver(): boolean {
    return this.#state.at === 'over'
  }

  /** When it was first asked to end, by the host's clock. */
  get stopAskedMs(): number | undefined {
    return this.#stopAskedMs
  }

  /** Waits for its turn, which may come at once. @param of.pod the pod whose runs are counted together */
  enqueue(queue: ScriptQueue, of: { pod: object; cap: () => number }): void {
    this.#place = queue.enter({ ...of, begin: () => void this.#post({ type: 'turn' }) })
  }

  /** Saves its record; nothing begins before that. @throws {P8aError} `no_space`, `save_failed` */
  async saveFirst(stdin: Buffer | undefined): Promise<void> {
    await this.#file.saveFirst(stdin).catch(error => {
      void this.#post({ type: 'not-saved', message: error.message })
      throw error
    })
  }

  /** Asks it to end. Resolves once that is saved, so that the next host knows it too. */
  async stop(): Promise<void> {
    this.#stopAskedMs ??= this.#needs.clock.nowMs()
    await this.#post({ type: 'stop' })
  }

  /** It was asked to end, and has no time for that. */
  async kill(): Promise<void> {
    const { process } = this.recorded
    if (process) await this.#needs.processes.signalGroup(process, 'SIGKILL')
  }

  /**
   * Takes over a run of an earlier host: it may wait, run, be over, or never have begun.
   * @param place its place among the running scripts, if it may have begun
   */
  takeOver(place: Place | undefined): void {
    const { record } = this
    const { boot } = this.#needs
    const isSameBoot = record.boot === boot
    this.#place = place
    this.#file.takeOver()
    void this.#inbox.put(() => restoredScript(recordedIn(record), { ...this.#world, isSameBoot }))
    if (this.#state.at !== 'over') this.#file.note({ boot })
    if (this.#state.at !== 'over' && this.#state.at !== 'queued') this.#effects.listen()
  }

  /** Stops waiting for events; its process keeps running. */
  detach(): void {
    this.#isDetached = true
    clearTimeout(this.#timer)
    this.#needs.bounds.forget(this.#key)
    this.#within.detach()
    this.#effects.leave()
  }

  async #post(event: ScriptEvent): Promise<void> {
    await this.#inbox.put(() => decideScript(this.#state, event, this.#world))
  }

  /** Its keeper tells how the client of an engine ended. */
  #asWithin(event: ScriptEvent): ScriptEvent {
    const isContained = this.record.script.isolate?.by === 'container'
    return event.type === 'ended' && isContained ? { ...event, note: endWithin(event.note) } : event
  }

  async #handle(decide: Decide): Promise<void> {
    const decision = this.#isDetached ? undefined : decide()
    if (!decision) return
    const [next, effects] = decision
    this.#state = next
    this.#arm()
    this.#bound()
    if (next.at === 'over') this.#leave()
    for (const effect of effects) await this.#effects.perform(effect, recordedOf(next))
    this.#owner.onChanged()
  }

  /** Once its process is known, it is watched. */
  #bound(): void {
    const { limits, isolate } = this.record.script
    const { process: leader } = this.recorded
    if (this.isOver || !leader) return
    const onOver = ({ said }: Over) => void this.#post({ type: 'over', said })
    const { storage } = this.#needs.paths.pod(this.#owner.name)
    const of = { key: this.#key, leader, limits: limits ?? {}, storage }
    const run = { ...of, isScript: true, hasOwnMounts: hasOwnMounts(isolate), onOver }
    if (limits) this.#needs.bounds.watch(run)
    else this.#needs.bounds.know(run)
    if (isolate?.by === 'container') void this.#within.watch(this, run.key)
  }

  get #key(): string {
    return keyOf(this.#needs, this.id)
  }

  #leave(): void {
    this.#needs.bounds.drop(this.#key)
    this.#within.forget(this)
    this.#place?.leave()
    this.#effects.leave()
  }

  #arm(): void {
    clearTimeout(this.#timer)
    const dueMs = scriptTimerOf(this.#state)
    if (dueMs === undefined || this.#isDetached) return
    const { clock } = this.#needs
    const onDue = () => {
      const lateMs = Math.max(0, clock.nowMs() - dueMs)
      // A timer that went off while another event armed a new one no longer matters.
      const decide: Decide = () =>
        scriptTimerOf(this.#state) === dueMs
          ? decideScript(this.#state, { type: 'timer', lateMs }, this.#world)
          : undefined
      void this.#inbox.put(decide)
    }
    this.#timer = deadline(onDue, Math.max(0, Math.ceil(dueMs - clock.nowMs())))
  }

  get #world(): ScriptWorld {
    const { clock, settings } = this.#needs
    return { nowMs: clock.nowMs(), adoptMs: settings.adoptTimeout, stopMs: this.record.script.stopMs }
  }
}

/** What a record says about a state. */
function recordedIn({ state, pid, startTime }: ScriptRecord): ScriptRecorded {
  const process = pid === undefined || startTime === undefined ? undefined : { pid, startTime }
  // The record of a script never says "starting".
  return { state: state === 'starting' ? 'spawning' : state, ...(process && { process }) }
}

// One run of a script that is not over: takes what happens one at a time, asks its lifecycle what follows, and lets that be done.
// The only place that changes the state of such a run.

import type { ScriptOrder } from '../../protocol/keeper.ts'
import { longTimeout } from '../../protocol/long-timeout.ts'
import { runId } from '../../protocol/names.ts'
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
import type { Place, ScriptQueue } from './queue.ts'
import { RecordFile, type ScriptRecord } from './record-file.ts'
import { ScriptEffects, type ScriptRunNeeds } from './script-effects.ts'

/** What a run needs of its pod. `onOver`: its end is saved, `record` being what is known of it for good. */
export type ScriptOwner = {
  name: string
  onChanged(): void
  onOver(run: ScriptRun, record: ScriptRecord): void
}

type ScriptRunOptions = {
  number: number
  record: ScriptRecord
  /** Its command line, where that was found when it was asked for. */
  command?: ScriptOrder['command']
}

/** What is decided when its turn comes; nothing where it is of no meaning any more. */
type Decide = () => ScriptDecision | undefined

export class ScriptRun {
  readonly number: number
  readonly id: string
  #needs: ScriptRunNeeds
  #owner: ScriptOwner
  #file: RecordFile
  #effects: ScriptEffects
  #inbox = new Inbox<Decide>(decide => this.#handle(decide))
  #state: ScriptState = { at: 'queued' }
  #timer: NodeJS.Timeout | undefined
  /** In the queue, or among those that run. */
  #place: Place | undefined
  #stopAskedMs: number | undefined
  #isDetached = false

  constructor({ number, record, command }: ScriptRunOptions, needs: ScriptRunNeeds, owner: ScriptOwner) {
    this.number = number
    this.id = runId(owner.name, number)
    this.#needs = needs
    this.#owner = owner
    this.#file = new RecordFile(record, { paths: needs.paths.pod(owner.name), number, log: needs.log })
    const of = { pod: owner.name, number, id: this.id, command, file: this.#file }
    this.#effects = new ScriptEffects(
      { ...of, post: event => void this.#post(event), onEndSaved: () => owner.onOver(this, this.record) },
      needs,
    )
  }

  /** What was saved of it last, or is about to be. */
  get record(): ScriptRecord {
    return this.#file.record
  }

  /** How far it is, and its process where that is known. */
  get recorded(): ScriptRecorded {
    return recordedOf(this.#state)
  }

  /** Whether there is nothing of it but its end, which may not be saved yet. */
  get isOver(): boolean {
    return this.#state.at === 'over'
  }

  /** When it was first asked to end, in the time of the host's clock. */
  get stopAskedMs(): number | undefined {
    return this.#stopAskedMs
  }

  /** Waits for its turn, which may come at once. @param of.pod whose runs are counted together */
  enqueue(queue: ScriptQueue, of: { pod: object; cap: () => number }): void {
    this.#place = queue.enter({ ...of, begin: () => void this.#post({ type: 'turn' }) })
  }

  /** Saves that it is there; nothing is begun before. @throws {P8aError} `no_space`, `save_failed` */
  async saveFirst(stdin: Buffer | undefined): Promise<void> {
    await this.#file.saveFirst(stdin).catch(error => {
      void this.#post({ type: 'not-saved', message: error.message })
      throw error
    })
  }

  /** Asks it to end. Resolves once that is saved: it is true of the next host too. */
  async stop(): Promise<void> {
    this.#stopAskedMs ??= this.#needs.clock.nowMs()
    await this.#post({ type: 'stop' })
  }

  /**
   * Takes over what an earlier host left: it may wait, run, be over, or never have begun.
   * @param place among those that run, if it may have been begun
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

  /** Waits for nothing any more; its process goes on. */
  detach(): void {
    this.#isDetached = true
    clearTimeout(this.#timer)
    this.#effects.leave()
  }

  async #post(event: ScriptEvent): Promise<void> {
    await this.#inbox.put(() => decideScript(this.#state, event, this.#world))
  }

  async #handle(decide: Decide): Promise<void> {
    const decision = this.#isDetached ? undefined : decide()
    if (!decision) return
    const [next, effects] = decision
    this.#state = next
    this.#arm()
    if (next.at === 'over') this.#leave()
    for (const effect of effects) await this.#effects.perform(effect, recordedOf(next))
    this.#owner.onChanged()
  }

  #leave(): void {
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
      // One that went off while something else was handled, which has armed another, has no meaning.
      const decide: Decide = () =>
        scriptTimerOf(this.#state) === dueMs
          ? decideScript(this.#state, { type: 'timer', lateMs }, this.#world)
          : undefined
      void this.#inbox.put(decide)
    }
    this.#timer = longTimeout(onDue, Math.max(0, Math.ceil(dueMs - clock.nowMs())))
  }

  get #world(): ScriptWorld {
    const { clock, settings } = this.#needs
    return { nowMs: clock.nowMs(), adoptMs: settings.adoptTimeout, stopMs: this.record.script.stopMs }
  }
}

/** What a record holds of a state. */
function recordedIn({ state, pid, startTime }: ScriptRecord): ScriptRecorded {
  const process = pid === undefined || startTime === undefined ? undefined : { pid, startTime }
  // Of a script no record says that it is starting.
  return { state: state === 'starting' ? 'spawning' : state, ...(process && { process }) }
}

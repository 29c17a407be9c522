// One run of a script that is not over: asks its life what follows from what happens, and does it. The only place that
// changes the state of such a run.
import { rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { type ErrorCode, P8aError } from '../../protocol/errors.ts'
import type { ScriptNote } from '../../protocol/keeper.ts'
import { runId } from '../../protocol/names.ts'
import { liveOn, type ScriptEffect, type ScriptEvent, type ScriptState } from '../lifecycle/script.ts'
import type { End } from '../lifecycle/slot.ts'
import { timeText } from '../system/clock.ts'
import { runPaths } from '../system/paths.ts'
import type { Identity } from '../system/process.ts'
import type { Seams } from '../system/seams.ts'
import { forbidBegin, type Keepers, wasBegun } from './keepers.ts'
import { readNote } from './note.ts'
import { keyOf, orderOf } from './order.ts'
import { RecordFile, type ScriptRecord } from './record-file.ts'

/** How often a process that no keeper tells of is looked for. */
const lookMs = 250
/** When a process that was killed is killed again. */
const killAgainMs = 2000

/** After these it is not known whether it was begun. */
const unknownCodes: ErrorCode[] = ['timeout', 'pod_not_up', 'run_active']

/** What a run needs of the host. `path`: the host's; of the root it is empty. */
export type ScriptRunNeeds = Seams & { path: string; keepers: Keepers }

/** What a run needs of its pod. `onOver`: its end is saved, `record` being what is known of it for good. */
export type ScriptOwner = {
  name: string
  onChanged(): void
  onOver(run: ScriptRun, record: ScriptRecord): void
}

export class ScriptRun {
  readonly number: number
  readonly id: string
  state: ScriptState = 'queued'
  identity: Identity | undefined
  stopAskedMs: number | undefined
  /** What gives back its place: in the queue, or among those that run. */
  onRelease: () => void = () => {}
  /** Its command line, where that was found when it was asked for. */
  command: [string, ...string[]] | undefined
  #file: RecordFile
  #needs: ScriptRunNeeds
  #owner: ScriptOwner
  #files: ReturnType<typeof runPaths>
  #timer: NodeJS.Timeout | undefined
  /** Whether it is not known if it was begun. */
  #isUnknown = false
  /** Whether a keeper has told of its process; who that is may still be looked up. */
  #isKept = false
  /** Whether the keeper that told of it is gone, or the connection to it. */
  #isUnlinked = false
  #note: ScriptNote | undefined
  #ending: Promise<void> | undefined
  /** How long a note is waited for when its process is gone: a keeper that was not heard of yet may hang. */
  #graceMs: number

  constructor({ number, record }: { number: number; record: ScriptRecord }, needs: ScriptRunNeeds, owner: ScriptOwner) {
    this.number = number
    this.id = runId(owner.name, number)
    this.#needs = needs
    this.#owner = owner
    const paths = needs.paths.pod(owner.name)
    this.#files = runPaths(paths, number)
    this.#file = new RecordFile(record, { paths, number, log: needs.log })
    this.#graceMs = needs.settings.adoptTimeout
  }

  /** What was saved of it last, or is about to be. */
  get record(): ScriptRecord {
    return this.#file.record
  }

  get #key(): string {
    return keyOf(this.#needs, this.id)
  }

  /** Saves that it is there; nothing is begun before. @throws {P8aError} `no_space`, `save_failed` */
  async saveFirst(stdin: Buffer | undefined): Promise<void> {
    await this.#file.saveFirst(stdin).catch(error => {
      this.release()
      throw error
    })
  }

  /** Gives back its place, if it has not yet. */
  release(): void {
    this.onRelease()
    this.onRelease = () => {}
  }

  on(event: ScriptEvent): void {
    if (event.type === 'ended') this.#note ??= event.note
    const before = this.state
    const [next, effects] = liveOn(this.state, event)
    this.state = next
    if (next !== before && next !== 'over') this.#file.save(this.#changeTo(next))
    for (const effect of effects) this.#perform(effect)
    this.#owner.onChanged()
  }

  /** Asks it to end. Resolves once that is saved: it is true of the next host too. */
  async stop(): Promise<void> {
    this.stopAskedMs ??= this.#needs.clock.nowMs()
    this.on({ type: 'stop' })
    await this.#file.saved
    await this.#ending
  }

  /** An earlier host has saved it. */
  takeOver(): void {
    this.#file.takeOver()
  }

  /** Takes over what an earlier host left: it may be running, or over, or never have begun. */
  async adopt(): Promise<void> {
    const { state, pid, startTime } = this.record
    this.takeOver()
    this.state = state === 'stopping' ? 'stopping' : state === 'up' ? 'up' : 'spawning'
    if (pid !== undefined && startTime !== undefined) {
      this.identity = { pid, startTime }
      this.#isKept = true
    }
    this.#watch()
    if (await this.#isNoted()) return
    if (this.identity) {
      if (this.state === 'stopping') this.#term()
      else this.#look()
      return
    }
    this.#awaitKeeper('host went down')
  }

  /** Waits for nothing any more; its process goes on. */
  detach(): void {
    clearTimeout(this.#timer)
    this.#needs.keepers.forget(this.#key)
  }

  #perform(effect: ScriptEffect): void {
    switch (effect.do) {
      case 'begin':
        return void this.#begin()
      case 'term':
        return void this.#term()
      case 'kill':
        return void this.#kill()
      case 'end':
        this.#ending = this.#end(effect.end)
        return
    }
  }

  /** Saved, then done: a host that dies in between finds a record, and asks its keeper. */
  async #begin(): Promise<void> {
    this.#watch()
    try {
      if (!(await this.#file.isThere)) return this.detach()
      await this.#file.saved
      const { number, record, command } = this
      const { pid } = await this.#needs.keepers.begin(
        await orderOf(this.#needs, { pod: this.#owner.name, number, script: record.script, command }),
      )
      await this.#onBegun(pid)
    } catch (error) {
      if (this.state === 'over') return
      if (error instanceof P8aError && unknownCodes.includes(error.code)) this.#awaitKeeper(error.message)
      else this.on({ type: 'not-begun', message: (error as Error).message })
    }
  }

  /** Whether it was begun is not known: its keeper says so when it dials, or its log does. */
  #awaitKeeper(why: string): void {
    this.#isUnknown = true
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#onSilence(why), this.#needs.settings.adoptTimeout)
  }

  /** Nobody has said that it was begun, and now nobody will: one that was not is begun, or never will be. */
  async #onSilence(why: string): Promise<void> {
    if (this.#isOver() || this.#isKept || (await this.#isNoted())) return
    const { log } = this.#files
    const isBegun = this.state === 'stopping' ? !(await forbidBegin(log)) : await wasBegun(log)
    // Its keeper may have spoken while we looked.
    if (this.#isOver() || this.#isKept) return
    this.#isUnknown = false
    if (isBegun) {
      this.#needs.keepers.giveUp(this.#key)
      this.on({ type: 'unknown', why })
    } else if (this.state === 'spawning') void this.#begin()
    else this.on({ type: 'ended', note: noNote })
  }

  async #onBegun(pid: number): Promise<void> {
    this.#isKept = true
    this.identity = await this.#identify(pid)
    if (this.state === 'over') return
    const { startTime } = this.identity
    this.#file.note({ pid, startTime, upAt: timeText(this.#needs.clock) })
    this.#log('spawned')
    this.on({ type: 'begun' })
    if (this.#isUnlinked && this.state === 'up') this.#look()
  }

  /** Who its process is; where that cannot be seen now, such as with too many files open, it is looked at again. */
  async #identify(pid: number): Promise<Identity> {
    // One that is over already has none; its end is on the way.
    const gone = { pid, startTime: 'gone' }
    while (!this.#isOver()) {
      try {
        return (await this.#needs.processes.identify(pid)) ?? gone
      } catch (error) {
        this.#needs.log.warn('run', 'its process cannot be looked at', { run: this.id, pid, err: error })
        await delay(lookMs)
      }
    }
    return gone
  }

  #watch(): void {
    this.#needs.keepers.watch(this.#key, {
      onKept: pid => {
        clearTimeout(this.#timer)
        this.#isUnlinked = false
        // After a stop that waited for its process, that is there now.
        if (!this.#isKept) void this.#onBegun(pid)
        else if (this.state === 'stopping') this.#term()
      },
      onNotKept: () => void this.#onNotKept(),
      onEnded: note => this.on({ type: 'ended', note }),
      onUnlinked: () => {
        this.#graceMs = 4 * lookMs
        this.#isUnlinked = true
        // Of one whose process is not known yet its keeper is waited for, or who it is is being looked up.
        if (this.identity && this.state !== 'stopping') this.#look()
      },
    })
  }

  /** A keeper is there that does not keep it: it has ended, was never begun, or another keeper has it. */
  async #onNotKept(): Promise<void> {
    if (!this.#isUnknown || this.#isKept || (await wasBegun(this.#files.log))) return
    clearTimeout(this.#timer)
    await this.#onSilence('host went down')
  }

  async #isNoted(): Promise<boolean> {
    const note = await readNote(this.#files.exit).catch(error => {
      this.#needs.log.warn('files', error.message, { run: this.id })
      return undefined
    })
    if (note) this.on({ type: 'ended', note })
    return note !== undefined
  }

  /** Looks for its process until a keeper tells of it, or it is gone. */
  #look(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(async () => {
      if (this.state === 'over' || !this.identity) return
      // Where looking fails there is nothing to be said of the process.
      const now = await this.#needs.processes.identify(this.identity.pid).catch(() => this.identity)
      if (this.#isOver() || (await this.#isNoted())) return
      if (now?.startTime === this.identity.startTime) return this.#look()
      // Its keeper may still be about to note its end.
      this.#timer = setTimeout(async () => {
        if (!this.#isOver() && !(await this.#isNoted())) this.on({ type: 'unknown', why: 'its keeper went down' })
      }, this.#graceMs)
    }, lookMs)
  }

  /** Asked anew where something was waited for. */
  #isOver(): boolean {
    return this.state === 'over'
  }

  #term(): void {
    clearTimeout(this.#timer)
    void this.#signal('SIGTERM')
    this.#timer = setTimeout(() => this.on({ type: 'due' }), this.record.script.stopMs)
  }

  #kill(): void {
    clearTimeout(this.#timer)
    void this.#signal('SIGKILL')
    this.#timer = setTimeout(async () => {
      // Where looking fails there is nothing to be said of the process: it is killed again.
      const { processes } = this.#needs
      const now = this.identity && (await processes.identify(this.identity.pid).catch(() => this.identity))
      if (this.#isOver() || (await this.#isNoted())) return
      const isGone = now?.startTime !== this.identity?.startTime
      this.on(isGone ? { type: 'unknown', why: 'its keeper went down' } : { type: 'due' })
    }, killAgainMs)
  }

  async #signal(signal: NodeJS.Signals): Promise<void> {
    if (!this.identity) return
    const { processes, log } = this.#needs
    try {
      // Else the next host would not know why it ended.
      await this.#file.saved
      const wasSent = await processes.signalGroup(this.identity, signal)
      // A stopped process gets SIGTERM only once it goes on.
      if (wasSent && signal === 'SIGTERM') await processes.signalGroup(this.identity, 'SIGCONT')
      if (!wasSent && this.state === 'stopping') this.#look()
    } catch (error) {
      // Such as too many open files. The next deadline sends another.
      log.error('run', `${signal} could not be sent`, { run: this.id, err: error })
    }
  }

  async #end(end: End): Promise<void> {
    this.release()
    this.detach()
    if (!(await this.#file.isThere)) return
    if (this.identity && end.message === 'its keeper went down')
      await this.#needs.processes.sweepGroup(this.identity).catch(() => {})
    const note = this.#note
    const script = note ? { ...this.record.script, outputBytes: note.outputBytes, cut: note.cut } : this.record.script
    const state = end.reason === 'lost' ? 'lost' : 'ended'
    this.#file.save({ state, end, endedAt: note?.endedAt ?? timeText(this.#needs.clock), script })
    await this.#file.saved
    // Its keeper may have been killed while it wrote.
    if (end.reason === 'lost') await rm(`${this.#files.exit}.tmp`, { force: true }).catch(() => {})
    if (script.hasStdin) await rm(this.#files.stdin, { force: true }).catch(() => {})
    this.#log('ended', { ...end })
    this.#owner.onOver(this, this.record)
  }

  #changeTo(state: 'queued' | 'spawning' | 'up' | 'stopping'): Partial<ScriptRecord> {
    const { clock, keepers } = this.#needs
    if (state === 'spawning') return { state, startedAt: timeText(clock), ticket: keepers.ticket }
    return state === 'stopping' ? { state, why: 'stopped' } : { state }
  }

  #log(what: string, facts: Record<string, unknown> = {}): void {
    const { pid } = this.identity ?? {}
    this.#needs.log.info('run', what, {
      pod: this.#owner.name,
      run: this.id,
      ...(pid !== undefined && { pid }),
      ...facts,
    })
  }
}

/** Of one that was never begun. */
const noNote: ScriptNote = { code: null, signal: null, timedOut: false, outputBytes: 0, cut: false }

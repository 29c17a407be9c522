// Performs what the lifecycle of a run of a script asks for. It decides nothing; the outcome of an effect goes back to
// the run as an event.
import { type ErrorCode, P8aError } from '../../protocol/errors.ts'
import type { ScriptNote, ScriptOrder } from '../../protocol/keeper.ts'
import type { Bounds } from '../bounds/bounds.ts'
import { forbidBegin } from '../keeper/begun.ts'
import type { Keepers } from '../keeper/keepers.ts'
import type { ScriptEffect, ScriptEvent, ScriptRecorded } from '../lifecycle/script-state.ts'
import type { End } from '../lifecycle/slot.ts'
import { timeText } from '../system/clock.ts'
import { runPaths } from '../system/paths.ts'
import type { Identity } from '../system/process.ts'
import { removeFile } from '../system/remove-file.ts'
import type { Seams } from '../system/seams.ts'
import { rootFolder } from '../system/way.ts'
import { keyOf, orderOf } from './order.ts'
import type { RecordFile } from './record-file.ts'
import { Sightings } from './sightings.ts'

/** After these errors it is not known whether the run has begun. */
const unknownCodes: ErrorCode[] = ['timeout', 'pod_not_up', 'run_active']

/** What a run needs of the host. `path`: that of the host; empty for the root. */
export type ScriptRunNeeds = Seams & {
  path: string
  keepers: Pick<Keepers, 'ticket' | 'begin' | 'watch' | 'forget' | 'giveUp'>
  bounds: Pick<Bounds, 'watch' | 'know' | 'drop' | 'forget' | 'includes'>
}

/** The run whose effects these are. `command`: its command line, if it was found when the run was asked for. */
export type EffectsOf = {
  pod: string
  number: number
  id: string
  command: ScriptOrder['command'] | undefined
  file: RecordFile
  post(event: ScriptEvent): void
  onEndSaved(): void
}

export class ScriptEffects {
  #needs: ScriptRunNeeds
  #run: EffectsOf
  #files: ReturnType<typeof runPaths>
  #sightings: Sightings

  constructor(run: EffectsOf, needs: ScriptRunNeeds) {
    this.#run = run
    this.#needs = needs
    this.#files = runPaths(needs.paths.pod(run.pod), run.number)
    this.#sightings = new Sightings(needs, { id: run.id, note: this.#files.exit, log: this.#files.log })
  }

  /** @param recorded what the record says about the run's new state */
  async perform(effect: ScriptEffect, recorded: ScriptRecorded): Promise<void> {
    const sightings = this.#sightings
    switch (effect.do) {
      case 'save':
        return await this.#save(recorded)
      case 'begin':
        return void this.#begin()
      case 'identify':
        return void this.#tell(sightings.identify(effect.pid))
      case 'look':
        return void this.#tell(sightings.look(effect.process))
      case 'read-note':
        return void this.#tell(sightings.readNote())
      case 'read-log':
        return void this.#tell(sightings.readLog())
      case 'forbid':
        return void this.#tell(sightings.forbid())
      case 'give-up':
        return await this.#giveUp()
      case 'term':
        return await this.#signal(effect.process, 'SIGTERM')
      case 'kill':
        return await this.#signal(effect.process, 'SIGKILL')
      case 'sweep':
        return await this.#sweep(effect.process)
      case 'end':
        return await this.#end(recorded, effect)
    }
  }

  /** From now on it hears its keeper. */
  listen(): void {
    const { post } = this.#run
    this.#needs.keepers.watch(keyOf(this.#needs, this.#run.id), {
      onKept: pid => post({ type: 'kept', pid }),
      onNotKept: () => post({ type: 'not-kept' }),
      onEnded: note => post({ type: 'ended', note }),
      onUnlinked: () => post({ type: 'unlinked' }),
    })
  }

  /** From now on it does not hear its keeper. */
  leave(): void {
    this.#needs.keepers.forget(keyOf(this.#needs, this.#run.id))
  }

  async #tell(looking: Promise<ScriptEvent | undefined>): Promise<void> {
    const seen = await looking
    if (seen) this.#run.post(seen)
  }

  async #save({ state, process }: ScriptRecorded): Promise<void> {
    const { file } = this.#run
    const { clock, keepers } = this.#needs
    const isNew = process !== undefined && file.record.pid === undefined
    const saving = file.save({
      state,
      ...(state === 'spawning' && { startedAt: timeText(clock), ticket: keepers.ticket }),
      ...(process && { pid: process.pid, startTime: process.startTime }),
      ...(isNew && { upAt: timeText(clock) }),
      ...(state === 'stopping' && { why: 'stopped' }),
    })
    if (isNew) this.#log('spawned')
    await saving
  }

  /** Saved first, then done: if the host dies in between, the next one finds a record and asks the keeper. */
  async #begin(): Promise<void> {
    const { pod, number, command, file, post } = this.#run
    // The client that asked for it was told that there is no run.
    if (!(await file.isThere)) return
    this.listen()
    try {
      const order = await orderOf(this.#needs, { pod, number, script: file.record.script, command })
      const { pid } = await this.#needs.keepers.begin(order)
      post({ type: 'begun', pid })
    } catch (error) {
      const { message, code } = error as P8aError
      const isUnknown = error instanceof P8aError && unknownCodes.includes(code)
      post(isUnknown ? { type: 'unanswered', why: message } : { type: 'refused', message })
    }
  }

  async #giveUp(): Promise<void> {
    this.#needs.keepers.giveUp(keyOf(this.#needs, this.#run.id))
    // If it cannot be made, a keeper has made it, or no log can be made at all.
    await forbidBegin(this.#files.log).catch(() => {})
  }

  async #signal(process: Identity, signal: NodeJS.Signals): Promise<void> {
    const { processes, log } = this.#needs
    try {
      const wasSent = await processes.signalGroup(process, signal)
      // A stopped process gets SIGTERM only once it continues.
      if (wasSent && signal === 'SIGTERM') await processes.signalGroup(process, 'SIGCONT')
    } catch (error) {
      // For example too many open files. The next deadline sends another.
      log.error('run', `${signal} could not be sent`, { run: this.#run.id, err: error })
    }
  }

  async #sweep(process: Identity): Promise<void> {
    await this.#needs.processes
      .sweepGroup(process)
      .catch(error =>
        this.#needs.log.error('run', 'its process group could not be swept', { run: this.#run.id, err: error }),
      )
  }

  async #end(
    { state, end }: ScriptRecorded,
    { end: { reason }, note }: { end: End; note?: ScriptNote },
  ): Promise<void> {
    const { file } = this.#run
    const { isolate } = file.record.script
    if (isolate?.by === 'container') await this.#removeContainer()
    if (!(await file.isThere)) return
    const { script } = file.record
    const change = {
      state,
      ...(end && { end }),
      endedAt: note?.endedAt ?? timeText(this.#needs.clock),
      script: note ? { ...script, outputBytes: note.outputBytes, cut: note.cut } : script,
    }
    await file.saveUnseen(change)
    // Its keeper may have been killed while it wrote.
    if (reason === 'lost') await removeFile(`${this.#files.exit}.tmp`).catch(() => {})
    if (script.hasStdin) await removeFile(this.#files.stdin).catch(() => {})
    this.#log('ended', { ...end })
    // Whoever sees its end finds its output complete, and may remove it.
    file.note(change)
    this.#run.onEndSaved()
  }

  async #removeContainer(): Promise<void> {
    const { removeContainer } = await import('../bounds/containers.ts')
    await removeContainer({ data: rootFolder(this.#needs.paths), key: keyOf(this.#needs, this.#run.id) }, this.#needs)
  }

  #log(what: string, facts: Record<string, unknown> = {}): void {
    const { pod, id, file } = this.#run
    const { pid } = file.record
    this.#needs.log.info('run', what, { pod, run: id, ...(pid !== undefined && { pid }), ...facts })
  }
}

// Looks for what is left of a run of a script in the system: its process, the note of its end, its log. What is seen is told
// as an event; what follows from it is the lifecycle's.
import type { ScriptNote } from '../../protocol/keeper.ts'
import type { ScriptEvent } from '../lifecycle/script-state.ts'
import type { Identity } from '../system/process.ts'
import { isBusy } from '../system/room.ts'
import type { Seams } from '../system/seams.ts'
import { forbidBegin, wasBegun } from './begun.ts'
import { readNote } from './note.ts'

/** `note`, `log`: the files of the run. */
type Of = { id: string; note: string; log: string }

export class Sightings {
  #seams: Pick<Seams, 'processes' | 'log'>
  #of: Of

  constructor(seams: Pick<Seams, 'processes' | 'log'>, of: Of) {
    this.#seams = seams
    this.#of = of
  }

  /** Who a process is. */
  async identify(pid: number): Promise<ScriptEvent> {
    try {
      const found = await this.#seams.processes.identify(pid)
      // One that is over already has none; its end is on the way.
      return { type: 'identified', process: found ?? { pid, startTime: 'gone' } }
    } catch (error) {
      this.#seams.log.warn('run', 'its process cannot be looked at', { run: this.#of.id, pid, err: error })
      return { type: 'unseen' }
    }
  }

  /** Its note is read after its process: a keeper leaves it when the process has ended. */
  async look(process: Identity): Promise<ScriptEvent | undefined> {
    // Where looking fails there is nothing to be said of the process.
    const now = await this.#seams.processes.identify(process.pid).catch(() => process)
    if (now?.startTime === process.startTime) return undefined
    const seen = await this.readNote()
    return seen.type === 'no-note' ? { type: 'gone' } : seen
  }

  async readNote(): Promise<ScriptEvent> {
    return await this.#unless(async () => ({ type: 'no-note' }))
  }

  async readLog(): Promise<ScriptEvent> {
    return await this.#unless(async () => ({ type: (await wasBegun(this.#of.log)) ? 'log-there' : 'log-absent' }))
  }

  async forbid(): Promise<ScriptEvent> {
    return await this.#unless(async () => ({ type: (await forbidBegin(this.#of.log)) ? 'forbidden' : 'log-there' }))
  }

  /** How it ended, where its keeper noted that; else what is seen of its log. */
  async #unless(look: () => Promise<ScriptEvent>): Promise<ScriptEvent> {
    try {
      const note = await this.#readNote()
      return note ? { type: 'ended', note } : await look()
    } catch (error) {
      // What cannot be looked at for another reason will not be seen later: nothing is certain then.
      return { type: isBusy(error) ? 'unseen' : 'log-there' }
    }
  }

  /** Something else in its place is told of, and is no note. */
  async #readNote(): Promise<ScriptNote | undefined> {
    try {
      return await readNote(this.#of.note)
    } catch (error) {
      if (isBusy(error)) throw error
      this.#seams.log.warn('files', (error as Error).message, { run: this.#of.id })
      return undefined
    }
  }
}

// Looks for the traces of a run of a script: its process, the note of its end, its log. It returns what it sees as an
// event; the lifecycle decides what follows.
import type { ScriptNote } from '../../protocol/keeper.ts'
import { forbidBegin, wasBegun } from '../keeper/begun.ts'
import { readNote } from '../keeper/note.ts'
import type { ScriptEvent } from '../lifecycle/script-state.ts'
import type { Identity } from '../system/process.ts'
import { isBusy } from '../system/room.ts'
import type { Seams } from '../system/seams.ts'

/** `note`, `log`: the files of the run. */
type Of = { id: string; note: string; log: string }

export class Sightings {
  #seams: Pick<Seams, 'processes' | 'log'>
  #of: Of

  constructor(seams: Pick<Seams, 'processes' | 'log'>, of: Of) {
    this.#seams = seams
    this.#of = of
  }

  /** Identifies a process. */
  async identify(pid: number): Promise<ScriptEvent> {
    try {
      const found = await this.#seams.processes.identify(pid)
      // A process that has ended has no identity; its end is on the way.
      return { type: 'identified', process: found ?? { pid, startTime: 'gone' } }
    } catch (error) {
      this.#seams.log.warn('run', 'its process cannot be looked at', { run: this.#of.id, pid, err: error })
      return { type: 'unseen' }
    }
  }

  /** The note is read after the process is looked at, since a keeper leaves it when the process has ended. */
  async look(process: Identity): Promise<ScriptEvent | undefined> {
    // If looking fails, nothing is known about the process.
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

  /** How it ended, if its keeper noted that; else what the log shows. */
  async #unless(look: () => Promise<ScriptEvent>): Promise<ScriptEvent> {
    try {
      const note = await this.#readNote()
      return note ? { type: 'ended', note } : await look()
    } catch (error) {
      // For any other reason it will not be visible later either, so nothing is certain.
      return { type: isBusy(error) ? 'unseen' : 'log-there' }
    }
  }

  /** Anything else in its place is logged, and does not count as a note. */
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

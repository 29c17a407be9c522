// The record of a run of a script on the disk: saved, with the script's stdin, before the run begins; after that one
// save follows the other.
import { writeFile } from 'node:fs/promises'
import { type RunRecord, type ScriptOfRun, writeRecord } from '../store/run-record.ts'
import { saveError } from '../store/state-file.ts'
import type { HostLog } from '../system/host-log.ts'
import { type PodPaths, runPaths } from '../system/paths.ts'

export type ScriptRecord = RunRecord & { script: ScriptOfRun }

export class RecordFile {
  #record: ScriptRecord
  #paths: PodPaths
  #number: number
  #log: HostLog
  /** Whether the first save has begun: it includes all changes before it. */
  #isBegun = false
  #first = Promise.withResolvers<boolean>()
  #saving: Promise<unknown> = this.#first.promise

  constructor(record: ScriptRecord, { paths, number, log }: { paths: PodPaths; number: number; log: HostLog }) {
    this.#record = record
    this.#paths = paths
    this.#number = number
    this.#log = log
  }

  /** The record as last saved, or about to be saved and seen. */
  get record(): ScriptRecord {
    return this.#record
  }

  /** Whether the first save succeeded. If not, there is no run, and the client that asked for it got the error. */
  get isThere(): Promise<boolean> {
    return this.#first.promise
  }

  /** @throws {P8aError} `no_space`, `save_failed` */
  async saveFirst(stdin: Buffer | undefined): Promise<void> {
    try {
      if (stdin !== undefined) await this.#saveStdin(stdin)
      this.#isBegun = true
      await writeRecord(this.#paths, this.#number, this.#record)
      this.#first.resolve(true)
    } catch (error) {
      this.#first.resolve(false)
      throw error
    }
  }

  /** The record exists: an earlier host saved it. */
  takeOver(): void {
    this.#isBegun = true
    this.#first.resolve(true)
  }

  /** Changes the record; the next save includes it. */
  note(change: Partial<ScriptRecord>): void {
    this.#record = { ...this.#record, ...change }
  }

  /** Resolves once it is saved, with all changes before it. A failure is logged and harms no run. */
  async save(change: Partial<ScriptRecord>): Promise<void> {
    this.note(change)
    await this.saveUnseen({})
  }

  /** As `save`, but nobody sees the change before it is noted too. */
  async saveUnseen(change: Partial<ScriptRecord>): Promise<void> {
    if (this.#isBegun) this.#saveNext({ ...this.#record, ...change })
    await this.#saving
  }

  #saveNext(record: ScriptRecord): void {
    this.#saving = this.#saving.then(async () => {
      if (!(await this.#first.promise)) return
      try {
        await writeRecord(this.#paths, this.#number, record)
      } catch (error) {
        this.#log.error('files', 'The record of a run could not be saved', { run: record.id, err: error })
      }
    })
  }

  async #saveStdin(stdin: Buffer): Promise<void> {
    const file = runPaths(this.#paths, this.#number).stdin
    await writeFile(file, stdin, { mode: 0o600 }).catch(error => {
      throw saveError(file, error)
    })
  }
}

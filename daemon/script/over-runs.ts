// The runs of a script that are over: their records, for as long as they are kept.
import { pruneLogs } from '../logs/retention.ts'
import { runPaths } from '../system/paths.ts'
import { removeFile } from '../system/remove-file.ts'
import type { Seams } from '../system/seams.ts'
import type { ScriptRecord } from './record-file.ts'

/** After how many ends ages and logs are looked at: looking each time would cost more. */
const pruneEvery = 50

export class OverRuns {
  #pod: string
  #seams: Seams
  /** In the order in which they ended. */
  #records = new Map<number, ScriptRecord>()
  #endedSincePrune = 0

  constructor(pod: string, seams: Seams) {
    this.#pod = pod
    this.#seams = seams
  }

  get all(): ReadonlyMap<number, ScriptRecord> {
    return this.#records
  }

  /** The one that ended last. */
  get last(): ScriptRecord | undefined {
    return [...this.#records.values()].at(-1)
  }

  add(number: number, record: ScriptRecord): void {
    this.#records.set(number, record)
  }

  /** Makes room after a run has ended. @param live runs that are not over */
  async makeRoom(live: ReadonlySet<number>): Promise<void> {
    this.#endedSincePrune += 1
    if (this.#endedSincePrune >= pruneEvery) await this.prune(live)
    else await this.#trim()
  }

  /** Removes the record and the output of one. */
  async erase(number: number): Promise<void> {
    this.#records.delete(number)
    const { record, exit, stdin, log } = runPaths(this.#seams.paths.pod(this.#pod), number)
    await Promise.all([record, exit, stdin, log].map(removeFile))
  }

  /** Removes records that are too many or too old, and logs that are too many. @param live runs that are not over */
  async prune(live: ReadonlySet<number>): Promise<void> {
    const { paths, settings, clock } = this.#seams
    this.#endedSincePrune = 0
    await this.#trim()
    const oldestMs = clock.wallMs() - settings.runAge
    const old = [...this.#records].filter(([, record]) => Date.parse(record.endedAt ?? record.startedAt) < oldestMs)
    for (const [number] of old) await this.erase(number)
    const limits = { maxBytes: settings.logPodBytes, maxAgeMs: settings.logAge, nowMs: clock.wallMs() }
    await pruneLogs(paths.logs, this.#pod, { live, ...limits })
  }

  /** Removes the oldest records, if there are more than are kept. */
  async #trim(): Promise<void> {
    const tooMany = Math.max(0, this.#records.size - this.#seams.settings.keepScriptRuns)
    for (const number of [...this.#records.keys()].slice(0, tooMany)) await this.erase(number)
  }
}

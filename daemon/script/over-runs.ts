// The runs of a script that are over: their records, for as long as they are kept.
import { rm } from 'node:fs/promises'
import { pruneLogs } from '../logs/retention.ts'
import { runPaths } from '../system/paths.ts'
import type { Seams } from '../system/seams.ts'
import type { ScriptRecord } from './record-file.ts'

/** How many more than are kept there may be before the oldest are removed: looking each time would cost more. */
const pruneEvery = 50

export class OverRuns {
  #pod: string
  #seams: Seams
  /** In the order in which they ended. */
  #records = new Map<number, ScriptRecord>()

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

  /** Whether it is time to {@link prune}. */
  get isCrowded(): boolean {
    return this.#records.size > this.#seams.settings.keepScriptRuns + pruneEvery
  }

  /** Removes the record and the output of one. */
  async erase(number: number): Promise<void> {
    this.#records.delete(number)
    const { record, exit, stdin, log } = runPaths(this.#seams.paths.pod(this.#pod), number)
    await Promise.all([record, exit, stdin, log].map(file => rm(file, { force: true })))
  }

  /** Removes records that are too many or too old, and logs that are too many. @param live runs that are not over */
  async prune(live: ReadonlySet<number>): Promise<void> {
    const { paths, settings, clock } = this.#seams
    const tooMany = this.#records.size - settings.keepScriptRuns
    const oldestMs = clock.wallMs() - settings.runAge
    const old = [...this.#records].filter(
      ([, record], index) => index < tooMany || Date.parse(record.endedAt ?? record.startedAt) < oldestMs,
    )
    for (const [number] of old) await this.erase(number)
    const limits = { maxBytes: settings.logPodBytes, maxAgeMs: settings.logAge, nowMs: clock.wallMs() }
    await pruneLogs(paths.logs, this.#pod, { live, ...limits })
  }
}

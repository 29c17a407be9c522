// What this process is by now: nothing yet, a spare, or a run.
import { P8aError } from '../protocol/errors.ts'
import type { Hello } from '../protocol/link.ts'
import type { Neighbors } from './calls/neighbors.ts'
import type { LogFile } from './log/log-file.ts'
import type { Run } from './run.ts'

/** How long a process that was never told what to run looks for its host. */
const unassignedPatienceMs = 60_000

/** A run, its connections to other runs, and what it writes to. */
export type Became = { run: Run; neighbors: Neighbors; log: Pick<LogFile, 'amount'> }

export class Self {
  #ticket: string
  /** Its number as the host knows it, where it is in a sandbox. */
  #outerPid: number | undefined
  #became: Became | undefined
  /** Until when to look for a host while there is nothing to keep; a spare does not outlive its host. */
  #patientUntilMs: number

  constructor({ ticket, isSpare, outerPid }: { ticket: string; isSpare: boolean; outerPid?: number | undefined }) {
    this.#ticket = ticket
    this.#outerPid = outerPid
    this.#patientUntilMs = isSpare ? 0 : uptimeMs() + unassignedPatienceMs
  }

  /** Undefined before anything was loaded. */
  get run(): Run | undefined {
    return this.#became?.run
  }

  get log(): Became['log'] | undefined {
    return this.#became?.log
  }

  get neighbors(): Neighbors | undefined {
    return this.#became?.neighbors
  }

  /** What this process says to a host about itself. */
  get hello(): Hello {
    const { run } = this
    return {
      ticket: this.#ticket,
      pid: this.#outerPid ?? process.pid,
      state: run?.state ?? 'empty',
      ...(this.isApart && { isApart: true }),
      ...run?.said,
    }
  }

  /** Whether it is in a sandbox: what it begins is in it too. */
  get isApart(): boolean {
    return this.#outerPid !== undefined
  }

  /** Whether it looks for another host when its host is gone. */
  get isPatient(): boolean {
    return this.#became !== undefined || uptimeMs() < this.#patientUntilMs
  }

  /** The spare becomes the process of a run, which has that ticket. */
  take(ticket: string): void {
    this.#ticket = ticket
    this.#patientUntilMs = uptimeMs() + unassignedPatienceMs
  }

  become(became: Became): void {
    this.#became = became
  }

  /** @throws {P8aError} `pod_not_up` before anything was loaded */
  require(): Became {
    if (this.#became) return this.#became
    throw new P8aError('pod_not_up', 'Nothing was loaded yet')
  }
}

/** Not `performance.now()`: loading that takes a millisecond. */
function uptimeMs(): number {
  return process.uptime() * 1000
}

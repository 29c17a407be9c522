// A run that has, or may have, a process: what this host knows about it beside its slot's state. Each part has an
// owner: the record is changed by records.ts, the process by spawning.ts and effects.ts, the link by greeting.ts.
import type { RunRef } from '../lifecycle/slot.ts'
import type { RunRecord } from '../store/run-record.ts'
import type { Identity } from '../system/process.ts'
import type { ShimPeer } from '../system/shims.ts'
import { Checks } from './checks.ts'
import { RunLink, type Said } from './run-link.ts'
import type { RunProcess } from './run-process.ts'

/** How much later than its time a run may answer that it is drained. */
const drainSlackMs = 1000

export class LiveRun {
  readonly ref: RunRef
  readonly slot: number
  readonly process: RunProcess
  readonly link = new RunLink()
  readonly checks = new Checks()
  #record: RunRecord
  #isDraining = false

  constructor({ ref, record, process }: { ref: RunRef; record: RunRecord; process: RunProcess }) {
    this.ref = ref
    this.slot = record.slot
    this.process = process
    this.#record = record
  }

  /** Whether it will be asked to end soon, so that others are called in its place. */
  get isDraining(): boolean {
    return this.#isDraining
  }

  /**
   * Lets it take nothing new, and finish what it has. Resolves once that is done or the time is up; one that is gone, or knows
   * no drain, has nothing to finish.
   */
  async drain(timeoutMs: number): Promise<void> {
    this.#isDraining = true
    await this.peer?.request('drain', { timeoutMs }, { timeoutMs: timeoutMs + drainSlackMs }).catch(() => {})
  }

  /** Lets it accept at its sockets. One of an earlier version knows no such thing, and accepts by itself. */
  accept(): void {
    void this.peer?.request('accept', {}).catch(() => {})
  }

  /** Its record as last saved, or about to be saved. */
  get record(): RunRecord {
    return this.#record
  }

  note(record: RunRecord): void {
    this.#record = record
  }

  /** The ticket by which its process proves that it belongs to this run. */
  get ticket(): string {
    return this.#record.ticket
  }

  get version(): number {
    return this.#record.version
  }

  get startedAt(): string {
    return this.#record.startedAt
  }

  /** When it was first up. */
  get upAt(): string | undefined {
    return this.#record.upAt
  }

  get identity(): Identity | undefined {
    return this.process.identity
  }

  /** The connection to its process, while there is one. */
  get peer(): ShimPeer | undefined {
    return this.link.peer
  }

  get said(): Said | undefined {
    return this.link.said
  }
}

// The pods of a host by name: who is there, and who is told what becomes of them. What is on their disk and what is wanted of
// them is not its matter.
import { P8aError } from '../../protocol/errors.ts'
import { parseRunId, quote, runId } from '../../protocol/names.ts'
import type { RunEnd } from '../../protocol/words.ts'
import type { LiveRun } from '../pod/live-run.ts'
import type { DesiredFile } from '../store/desired-file.ts'
import { Turns } from '../system/turns.ts'
import { Groups } from './groups.ts'
import { Holding } from './holding.ts'
import { ImagesInUse } from './images-in-use.ts'
import type { PodSupervisor } from './supervisor.ts'

export type PodEntry = { supervisor: PodSupervisor; file: DesiredFile }

/** What is told of the pods of a host. */
export type PodsListener = {
  /** Something of a pod may have changed; a pod that is new may have been added. */
  onChanged: (supervisor: PodSupervisor) => void
  /** A run is over, and that is saved. */
  onEnded?: (supervisor: PodSupervisor, end: RunEnd) => void
  /** A run that was asked to rest has something to do. */
  onStirred?: (supervisor: PodSupervisor) => void
  /** A pod is gone. */
  onForgotten?: (name: string) => void
}

export class Pods {
  /** What ends runs without changing what is wanted. */
  readonly holding = new Holding(() => this.#supervisors())
  /** The names that mean several of them. */
  readonly groups = new Groups()
  /** Which images are not to be removed. */
  readonly images = new ImagesInUse(() => this.#supervisors())
  /** Verbs and edits of one pod take their turn; pods do not wait for each other. */
  readonly turns = new Turns()
  #entries = new Map<string, PodEntry>()
  /** Until one comes or goes: to sort a thousand takes as long as to tell of half of them. */
  #byName: readonly PodEntry[] | undefined
  #listeners = new Set<PodsListener>()

  constructor() {
    this.groups.watch(() => {
      for (const supervisor of this.#supervisors()) for (const { onChanged } of this.#listeners) onChanged(supervisor)
    })
  }

  /** By name. */
  all(): readonly PodEntry[] {
    this.#byName ??= [...this.#entries.values()].sort((a, b) => (a.supervisor.name < b.supervisor.name ? -1 : 1))
    return this.#byName
  }

  /** In no order. */
  values(): Iterable<PodEntry> {
    return this.#entries.values()
  }

  find(name: string): PodEntry | undefined {
    return this.#entries.get(name)
  }

  /** @throws {P8aError} `pod_not_found` */
  get(name: string): PodEntry {
    const entry = this.#entries.get(name)
    if (entry) return entry
    const run = parseRunId(name)
    if (run && this.#entries.has(run.pod)) throw isRun(name, run.pod)
    const names = [...this.#entries.keys()].sort()
    const some = names.length > 8 ? [...names.slice(0, 8), '…'] : names
    throw new P8aError('pod_not_found', `There is no pod ${quote(name)}`, {
      hint:
        names.length > 0
          ? `${/^\d+$/.test(name) ? 'Pods have names, and no numbers. ' : ''}There are: ${some.join(', ')}`
          : { text: 'Push one first', do: { verb: 'push', args: ['NAME', 'FILE'] } },
      facts: { pod: name.slice(0, 100) },
    })
  }

  findTicket(ticket: string): { entry: PodEntry; live: LiveRun } | undefined {
    for (const entry of this.#entries.values()) {
      for (const live of entry.supervisor.runs.values()) if (live.ticket === ticket) return { entry, live }
    }
    return undefined
  }

  /** Of all runs that have, or may have, a process. */
  tickets(): string[] {
    return this.all().flatMap(({ supervisor }) => [...supervisor.runs.values()].map(live => live.ticket))
  }

  /** Of the same runs. */
  runIds(): string[] {
    return this.all().flatMap(({ supervisor: { name, runs } }) => [...runs.keys()].map(number => runId(name, number)))
  }

  /** Tells `listener` what becomes of all pods, until the returned function is called. */
  watch(listener: PodsListener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** There is one more from now on. */
  add(entry: PodEntry): void {
    const { supervisor } = entry
    this.#entries.set(supervisor.name, entry)
    this.#byName = undefined
    supervisor.watch(() => {
      for (const { onChanged } of this.#listeners) onChanged(supervisor)
    })
    supervisor.watchStirred(() => {
      for (const { onStirred } of this.#listeners) onStirred?.(supervisor)
    })
    supervisor.watchEnds(end => {
      for (const { onEnded } of this.#listeners) onEnded?.(supervisor, end)
    })
  }

  /** Forgets a pod that is gone from the disk. */
  forget(name: string): void {
    this.#entries.get(name)?.supervisor.detach()
    this.#byName = undefined
    if (this.#entries.delete(name)) for (const { onForgotten } of this.#listeners) onForgotten?.(name)
  }

  /** Brings every pod to what is wanted of it. */
  async reconcile(): Promise<void> {
    await Promise.all(this.#supervisors().map(supervisor => supervisor.reconcile()))
  }

  /** Removes old logs and records of all pods. */
  async prune(): Promise<void> {
    for (const supervisor of this.#supervisors()) await supervisor.keeping.prune()
  }

  /** Ends all waiting; processes go on. */
  detach(): void {
    for (const supervisor of this.#supervisors()) supervisor.detach()
  }

  #supervisors(): PodSupervisor[] {
    return this.all().map(({ supervisor }) => supervisor)
  }
}

function isRun(id: string, pod: string): P8aError {
  return new P8aError('pod_not_found', `There is no pod ${quote(id)}: that is a run of ${quote(pod)}`, {
    hint: [
      { text: 'For the pod', do: { verb: 'status', args: [pod] } },
      { text: 'for its runs', do: { verb: 'runs', args: [pod] } },
    ],
    facts: { pod },
  })
}

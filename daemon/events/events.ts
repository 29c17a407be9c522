// Tells the journal what becomes of the pods of all hosts: looks at each pod when something of it may have changed, and when a host
// begins at what its runs came to meanwhile.
import type { Telling } from '../../protocol/events.ts'
import { runId } from '../../protocol/names.ts'
import type { RunEnd } from '../../protocol/words.ts'
import { type RunRecord, readRecordOf } from '../store/run-record.ts'
import type { Hosts } from '../tree/hosts.ts'
import type { Place } from '../tree/place.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'
import type { Journal } from './journal.ts'
import { look, lookAtEnd } from './look.ts'
import { keyOf } from './memory.ts'
import { nothingTold, type Tale, type Told } from './told.ts'
import { numberOf, viewOf } from './view.ts'

/** How soon all pods are looked at again after something could not be written. */
const againMs = 1000

type Of = Pick<Place, 'path' | 'pods' | 'seams'>

export class Events {
  readonly journal: Journal
  /** What the runs of a pod held when that was measured last. */
  memoryOf: ((at: { path: string; pod: string }) => number | undefined) | undefined
  #hosts: Hosts
  #unwatch = new Map<string, () => void>()
  /** Runs that were under way when the host before was seen last, and have not found this one so far. */
  #toAdopt = new Map<string, Set<number>>()
  #again: NodeJS.Timeout | undefined
  /** What happened before is told: until then no pod is looked at. */
  #isCaughtUp = false
  #isOver = false

  constructor(journal: Journal, hosts: Hosts) {
    this.journal = journal
    this.#hosts = hosts
  }

  /** Tells one event. Where it cannot be written, it is not told. */
  tell(event: Telling): void {
    if (!this.#isOver) this.journal.tell([{ event }])
  }

  /** From now on all is told; and first, what happened before. */
  async begin(host: { pid: number; version: string }): Promise<void> {
    const { memory } = this.journal
    if (memory.host) this.tell({ type: 'host-lost', path: '', ...memory.host })
    this.tell({ type: 'host-started', path: '', ...host })
    for (const [key, { runs }] of Object.entries(memory.pods))
      this.#toAdopt.set(key, new Set(Object.keys(runs).map(Number)))
    const unwatch = this.#hosts.watch({
      onAdded: namespace => this.#watch(namespace),
      onRemoved: path => this.#onHostRemoved(path),
    })
    this.#unwatch.set('hosts', unwatch)
    for (const place of this.#places()) this.#watch(place)
    await this.#catchUp()
    this.#isCaughtUp = true
    this.#lookAtAll()
  }

  /** The last event of this host. */
  end({ pid, why }: { pid: number; why: string }): void {
    this.tell({ type: 'host-stopped', path: '', pid, why })
    this.detach()
  }

  /** Tells nothing more, and not that the host leaves. */
  detach(): void {
    this.#isOver = true
    clearTimeout(this.#again)
    for (const unwatch of this.#unwatch.values()) unwatch()
    this.journal.close()
  }

  #places(): Of[] {
    return [this.#hosts.root, ...this.#hosts.all()]
  }

  #watch(place: Of): void {
    const { path, pods } = place
    const key = `at ${path}`
    this.#unwatch.get(key)?.()
    this.#unwatch.set(
      key,
      pods.watch({
        onChanged: supervisor => this.#look(path, supervisor),
        onEnded: ({ name }, end) => this.#onEnded({ path, pod: name }, end),
        onForgotten: pod => this.#tellRemoved({ path, pod }),
      }),
    )
    for (const { supervisor } of pods.values()) this.#look(path, supervisor)
  }

  #lookAtAll(): void {
    for (const { path, pods } of this.#places()) {
      for (const { supervisor } of pods.values()) this.#look(path, supervisor)
    }
  }

  #onHostRemoved(path: string): void {
    this.#unwatch.get(`at ${path}`)?.()
    this.#unwatch.delete(`at ${path}`)
    for (const pod of this.#podsTold(path)) this.#tellRemoved({ path, pod })
  }

  #look(path: string, supervisor: PodSupervisor): void {
    if (this.#isOver || !this.#isCaughtUp) return
    const at = { path, pod: supervisor.name }
    const told = this.#told(at)
    const view = viewOf(supervisor, (told ?? nothingTold).facts)
    const adopted = view.runs.filter(run => run.isLinked && this.#toAdopt.get(keyOf(at))?.delete(run.number))
    const back = adopted.map(({ number, pid }) => ({
      event: { type: 'adopted', ...at, run: runId(at.pod, number), pid } as const,
    }))
    const tales = look(told, view, at).map(tale => this.#withMemory(tale))
    if (!this.journal.tell([...back, ...tales])) this.#lookAgain()
  }

  #withMemory({ event, ...tale }: Tale): Tale {
    if (event.type !== 'asleep' || event.pod === undefined) return { event, ...tale }
    const memory = this.memoryOf?.({ path: event.path, pod: event.pod })
    return { event: { ...event, ...(memory !== undefined && { memory }) }, ...tale }
  }

  #onEnded(at: { path: string; pod: string }, end: RunEnd): void {
    if (this.#isOver) return
    this.#toAdopt.get(keyOf(at))?.delete(numberOf(end.run))
    if (!this.journal.tell(lookAtEnd(this.#told(at), end, at))) this.#lookAgain()
  }

  #tellRemoved(at: { path: string; pod: string }): void {
    if (this.#told(at)) this.tell({ type: 'removed', ...at })
  }

  #told(at: { path: string; pod: string }): Told | undefined {
    return this.journal.memory.pods[keyOf(at)]
  }

  #podsTold(path: string): string[] {
    return Object.keys(this.journal.memory.pods).flatMap(key =>
      key.startsWith(`${path}/`) ? [key.slice(path.length + 1)] : [],
    )
  }

  /** What could not be written is seen again, by how all is then. */
  #lookAgain(): void {
    this.#again ??= setTimeout(async () => {
      this.#again = undefined
      await this.#catchUp()
      this.#lookAtAll()
    }, againMs).unref()
  }

  /** Tells which pods are gone, and of the others the ends of runs that nobody was told of. */
  async #catchUp(): Promise<void> {
    const places = new Map(this.#places().map(place => [place.path, place]))
    for (const key of Object.keys(this.journal.memory.pods)) {
      const slash = key.indexOf('/')
      const at = { path: key.slice(0, slash), pod: key.slice(slash + 1) }
      if (!places.get(at.path)?.pods.find(at.pod)) this.#tellRemoved(at)
    }
    for (const place of places.values())
      for (const { supervisor } of place.pods.values()) await this.#catchUpWith(place, supervisor)
  }

  async #catchUpWith({ path, seams }: Of, supervisor: PodSupervisor): Promise<void> {
    const { name, lastNumber } = supervisor
    const at = { path, pod: name }
    const { runs, last, between } = this.#told(at) ?? nothingTold
    const { keepRuns, keepScriptRuns } = seams.settings
    const oldest = Math.max(last + 1, lastNumber - Math.max(keepRuns, keepScriptRuns))
    const later = Array.from({ length: Math.max(0, lastNumber + 1 - oldest) }, (_, index) => oldest + index)
    const live = new Set(supervisor.underWay.map(({ id }) => numberOf(id)))
    const numbers = [...Object.keys(runs).map(Number), ...between, ...later].sort((a, b) => a - b)
    for (const number of numbers) {
      if (live.has(number)) continue
      const record = await readRecordOf(name, seams.paths.pod(name), number)
      const end = record?.end
      if (end) this.#onEnded(at, { run: runId(name, number), ...endOf(end) })
      else if (!record && runs[number])
        this.#onEnded(at, { run: runId(name, number), code: null, signal: null, reason: 'lost' })
    }
  }
}

function endOf({ code, signal, reason, message }: NonNullable<RunRecord['end']>): Omit<RunEnd, 'run'> {
  return { code, signal, reason, ...(message !== undefined && { message }) }
}

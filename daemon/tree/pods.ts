// The pods of a host: loads them at start, finds them by name or ticket, changes what is wanted of them, and takes up
// what people change in their files. Verbs of one pod take their turn; pods do not wait for each other.
import { lstat, mkdir, readdir } from 'node:fs/promises'
import { P8aError } from '../../protocol/errors.ts'
import { isName, quote } from '../../protocol/names.ts'
import type { RunEnd } from '../../protocol/words.ts'
import { readImage, removeHalfMadeImages, removeImages } from '../image/store.ts'
import type { LiveRun } from '../pod/live-run.ts'
import { type Desired, imageOf } from '../store/desired.ts'
import { DesiredFile } from '../store/desired-file.ts'
import { highestNumber } from '../store/run-record.ts'
import { isPassing, removeHalfWritten, saveError, syncDirectory } from '../store/state-file.ts'
import { eraseLeftovers } from '../store/trash.ts'
import { Holding } from './holding.ts'
import { needsOf } from './needs.ts'
import { recoverEndsOf, recoverPod } from './recover.ts'
import { Schedules } from './schedules.ts'
import { type PodNeeds, PodSupervisor } from './supervisor.ts'
import { Turns } from './turns.ts'

export type PodEntry = { supervisor: PodSupervisor; file: DesiredFile }

/** What is told of the pods of a host. */
export type PodsListener = {
  /** Something of a pod may have changed; a pod that is new may have been added. */
  onChanged: (supervisor: PodSupervisor) => void
  /** A run is over, and that is saved. */
  onEnded?: (supervisor: PodSupervisor, end: RunEnd) => void
  /** A pod is gone. */
  onForgotten?: (name: string) => void
}

/** How many pods are loaded at once. */
const loadWidth = 32
/** When a file is read again that the system did not let be read. */
const readAgainMs = 2000

export class Pods {
  /** What ends runs without changing what is wanted. */
  readonly holding = new Holding(() => this.all().map(({ supervisor }) => supervisor))
  #needs: PodNeeds
  #entries = new Map<string, PodEntry>()
  #turns = new Turns()
  #pinned = new Map<string, number>()
  /**
   * What is done before a pod's runs end for good, and after it was removed: it may have hosts of its own. The former
   * resolves to what takes it back.
   */
  onStopping: (name: string) => Promise<() => Promise<void>> = async () => async () => {}
  onRemoved: (name: string) => Promise<void> = async () => {}
  #listeners = new Set<PodsListener>()
  #schedules: Schedules

  constructor(needs: PodNeeds) {
    this.#needs = needs
    this.#schedules = new Schedules(needs, {
      renew: async name => {
        await this.change(name, desired => {
          if (!desired) throw new P8aError('pod_not_found', `There is no pod ${quote(name)}`)
          return { ...desired, generation: desired.generation + 1 }
        })
      },
    })
  }

  /** By name. */
  all(): PodEntry[] {
    return [...this.#entries.values()].sort((a, b) => (a.supervisor.name < b.supervisor.name ? -1 : 1))
  }

  find(name: string): PodEntry | undefined {
    return this.#entries.get(name)
  }

  /** @throws {P8aError} `pod_not_found` */
  get(name: string): PodEntry {
    const entry = this.#entries.get(name)
    if (entry) return entry
    const names = [...this.#entries.keys()].sort()
    const some = names.length > 8 ? [...names.slice(0, 8), '…'] : names
    throw new P8aError('pod_not_found', `There is no pod ${quote(name)}`, {
      hint:
        names.length > 0
          ? `There are: ${some.join(', ')}`
          : { text: 'Push one first', do: { verb: 'push', args: ['NAME', 'FILE'] } },
      facts: { pod: name.slice(0, 100) },
    })
  }

  /** Tells `listener` what becomes of all pods, until the returned function is called. */
  watch(listener: PodsListener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
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

  /**
   * Reads all pods and what runs of them may be alive. Nothing is started yet.
   * @throws {P8aError} `state_broken` where that cannot be known: a host that went on would end what it does not know
   */
  async load(): Promise<void> {
    const entries = await readdir(this.#needs.paths.pods, { withFileTypes: true })
    const names = entries.filter(entry => entry.isDirectory() && isName(entry.name)).map(entry => entry.name)
    const next = names.values()
    const work = async () => {
      for (const name of next) {
        const { dir, runs } = this.#needs.paths.pod(name)
        await Promise.all([dir, runs].map(removeHalfWritten))
        await this.#loadPod(name)
      }
    }
    await Promise.all(Array.from({ length: loadWidth }, work))
    await this.#finishWhatWasCutOff(entries.map(entry => entry.name))
  }

  /** Pushes and removals in whose middle an earlier host died. */
  async #finishWhatWasCutOff(names: readonly string[]): Promise<void> {
    const { paths } = this.#needs
    await removeImages(paths, this.unusedOf(await removeHalfMadeImages(paths)))
    await eraseLeftovers(paths, names, name => this.#entries.has(name))
  }

  /** Has every pod brought to what is wanted of it. */
  async reconcile(): Promise<void> {
    await Promise.all(this.all().map(({ supervisor }) => supervisor.reconcile()))
  }

  /**
   * Changes what is wanted of a pod: saved first, then in force. One change of a pod at a time.
   * @param edit gets the desired state, undefined for a pod that is new or whose file is broken; may throw to refuse
   */
  async change(name: string, edit: (desired: Desired | undefined) => Desired | Promise<Desired>): Promise<PodEntry> {
    return await this.#turns.take(name, async () => {
      if (this.holding.isLeaving)
        throw new P8aError('host_gone', `Cannot change pod ${quote(name)}: the host is stopping`)
      const known = this.#entries.get(name)
      if (known) await this.#reread(known)
      const entry = this.#entries.get(name) ?? (await this.#makeEntry(name))
      // One whose image is damaged is not in force; what is wanted of it is known all the same, and must not be lost.
      const desired = await edit(entry.supervisor.inForce?.desired ?? entry.file.desired)
      const image = await readImage(this.#needs.paths, imageOf(desired)?.hash ?? '')
      // One that is known was just read from there.
      if (!this.#entries.has(name)) await this.#makeFolder(name)
      const aside = await entry.file.write(desired)
      if (aside) this.#needs.log.warn('files', `A broken pod.json was renamed to ${aside}`, { pod: name })
      this.#entries.set(name, entry)
      await entry.supervisor.apply(desired, image)
      return entry
    })
  }

  /** Runs `work` while no verb of the pod is under way. */
  async exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
    return await this.#turns.take(name, work)
  }

  /** Forgets a pod that is gone from the disk. */
  forget(name: string): void {
    this.#entries.get(name)?.supervisor.detach()
    this.#schedules.forget(name)
    if (this.#entries.delete(name)) for (const { onForgotten } of this.#listeners) onForgotten?.(name)
  }

  /** Those of `hashes` that no pod refers to; none while a pod's file cannot be read, since it may. */
  unusedOf(hashes: readonly string[]): string[] {
    const pods = this.all().map(({ supervisor }) => supervisor)
    if (pods.some(pod => pod.problem !== undefined)) return []
    const used = new Set(pods.flatMap(pod => pod.inForce?.desired.images.map(({ hash }) => hash) ?? []))
    return hashes.filter(hash => !used.has(hash) && !this.#pinned.has(hash))
  }

  /** Keeps an image that no pod refers to yet while `work` is under way. */
  async withImage<T>(hash: string, work: () => Promise<T>): Promise<T> {
    this.#pinned.set(hash, (this.#pinned.get(hash) ?? 0) + 1)
    try {
      return await work()
    } finally {
      const left = (this.#pinned.get(hash) ?? 1) - 1
      if (left > 0) this.#pinned.set(hash, left)
      else this.#pinned.delete(hash)
    }
  }

  /** Looks at a pod's file, which may have been edited, put there, or taken away. */
  async reload(name: string): Promise<void> {
    if (!isName(name) || this.holding.isLeaving) return
    await this.#turns.take(name, async () => {
      const entry = this.#entries.get(name)
      if (entry) await this.#reread(entry)
      else if (await this.#isFolder(name)) await this.#loadPod(name, { isNew: true })
    })
  }

  /** Removes old logs and records of all pods. */
  async prune(): Promise<void> {
    for (const { supervisor } of this.all()) await supervisor.prune()
  }

  /** Looks at all pods that are there: what was edited while nobody watched is taken up. */
  async reloadAll(): Promise<void> {
    try {
      const names = await readdir(this.#needs.paths.pods)
      await Promise.all(names.map(name => this.reload(name)))
    } catch (error) {
      this.#needs.log.error('files', 'The host could not look at the pods', { err: error })
      setTimeout(() => void this.reloadAll(), readAgainMs).unref()
    }
  }

  /** Ends all waiting; processes go on. */
  detach(): void {
    for (const { supervisor } of this.#entries.values()) supervisor.detach()
    this.#schedules.detach()
  }

  /** A link is no pod: what is written there would be written elsewhere. */
  async #isFolder(name: string): Promise<boolean> {
    const found = await lstat(this.#needs.paths.pod(name).dir).catch(() => undefined)
    if (found?.isSymbolicLink()) {
      this.#needs.log.warn('files', `pods/${name} is a link and so not a pod: copy the folder itself`, { pod: name })
    }
    return found?.isDirectory() === true
  }

  /** A pod that cannot be read is `error`, with what is wrong; it never stops the others. */
  async #loadPod(name: string, options: { isNew?: boolean } = {}): Promise<void> {
    const entry = await this.#makeEntry(name)
    const reading = await entry.file.read()
    if (reading.found === 'nothing') return
    this.#entries.set(name, entry)
    if (reading.found === 'desired') await this.#putInForce(entry, reading.desired, { quietly: true })
    if (reading.found === 'broken') this.#reportProblem(entry, reading.error)
    try {
      await recoverPod(entry.supervisor, this.#needs)
    } catch (error) {
      if (!(error instanceof P8aError)) throw error
      if (isPassing(error) && !options.isNew) throw unknownRuns(name, error)
      this.#reportProblem(entry, error)
    }
    if (!options.isNew) return
    this.#needs.log.info('files', 'a pod was put into the data directory', { pod: name })
    await entry.supervisor.reconcile()
  }

  async #makeEntry(name: string): Promise<PodEntry> {
    const paths = this.#needs.paths.pod(name)
    const lastNumber = await highestNumber(paths)
    const supervisor = new PodSupervisor(name, this.#needs, { lastNumber })
    supervisor.missing = () => this.#missingOf(supervisor)
    supervisor.watch(() => {
      // One that is only being made is none yet.
      if (this.find(name)?.supervisor === supervisor) for (const { onChanged } of this.#listeners) onChanged(supervisor)
      this.#schedules.look(supervisor)
      if (supervisor.state === 'up') this.#wakeDependents(name)
    })
    supervisor.watchEnds(end => {
      for (const { onEnded } of this.#listeners) onEnded?.(supervisor, end)
    })
    if (this.holding.isHeld) await supervisor.hold()
    return { supervisor, file: new DesiredFile(paths.desired, this.#needs.clock) }
  }

  /** Those of a pod's needs that are not up. */
  #missingOf(supervisor: PodSupervisor): string[] {
    return needsOf(supervisor).filter(name => this.#entries.get(name)?.supervisor.state !== 'up')
  }

  /** One that all who need it may have waited for is up. */
  #wakeDependents(name: string): void {
    for (const { supervisor } of this.#entries.values()) {
      if (!needsOf(supervisor).includes(name) || !supervisor.isWanted || supervisor.slots.size > 0) continue
      if (supervisor.missing().length === 0) void supervisor.reconcile()
    }
  }

  async #makeFolder(name: string): Promise<void> {
    const { pods, pod } = this.#needs.paths
    try {
      const made = await mkdir(pod(name).dir, { recursive: true, mode: 0o700 })
      if (made !== undefined) await syncDirectory(pods)
      if (!(await this.#isFolder(name))) throw new Error('a link or a file stands in its place')
    } catch (error) {
      throw saveError(pod(name).dir, error)
    }
  }

  async #reread(entry: PodEntry): Promise<void> {
    const reading = await entry.file.read()
    const { name } = entry.supervisor
    if (reading.found === 'desired') {
      this.#needs.log.info('files', 'pod.json was edited', { pod: name })
      await this.#putInForce(entry, reading.desired)
    }
    if (reading.found === 'broken') this.#reportProblem(entry, reading.error)
    if (reading.found === 'nothing') await this.#letGo(entry)
    // Its image could not be read, and may be now.
    const { desired, isRight } = entry.file
    const isPending = reading.found === 'unchanged' && isRight && entry.supervisor.inForce?.desired !== desired
    if (isPending && desired) await this.#putInForce(entry, desired)
  }

  async #putInForce(entry: PodEntry, desired: Desired, options: { quietly?: boolean } = {}): Promise<void> {
    try {
      const ref = imageOf(desired)
      if (!ref)
        throw new P8aError('state_broken', `Cannot use ${entry.file.file}: there is no version ${desired.version}`)
      const image = await readImage(this.#needs.paths, ref.hash)
      const wasUnknown = entry.supervisor.inForce === undefined
      entry.supervisor.putInForce(desired, image)
      if (options.quietly) return
      if (wasUnknown) await recoverEndsOf(entry.supervisor, this.#needs)
      await entry.supervisor.reconcile()
    } catch (error) {
      if (!(error instanceof P8aError)) throw error
      this.#reportProblem(entry, error)
    }
  }

  #reportProblem({ supervisor }: PodEntry, error: P8aError): void {
    supervisor.problem = error.message
    supervisor.tellChanged()
    this.#needs.log.error('files', error.message, { pod: supervisor.name, ...error.facts })
    // No edit will tell when it has passed.
    if (isPassing(error)) setTimeout(() => void this.reload(supervisor.name), readAgainMs).unref()
  }

  /** Its folder was taken away: its runs end, then it is forgotten. */
  async #letGo({ supervisor }: PodEntry): Promise<void> {
    this.#needs.log.warn('files', 'the pod was taken out of the data directory', { pod: supervisor.name })
    await supervisor.hold()
    await supervisor.until(() => !supervisor.hasRuns)
    this.forget(supervisor.name)
  }
}

function unknownRuns(name: string, error: P8aError): P8aError {
  return new P8aError(
    'state_broken',
    `The host could not start, since it cannot know which runs of pod ${quote(name)} are alive: ${error.message}`,
    {
      hint: 'Pods that run keep running; check the rights of the file, the disk, and how many files are open, and start the host again',
      facts: { ...error.facts, pod: name },
      cause: error,
    },
  )
}

// All hosts within this one, by their path: however deep one is, it is one lookup away. It knows who is there, and whose a
// ticket is; mounting them, and what becomes of them with their pods, stands elsewhere.
import { P8aError } from '../../protocol/errors.ts'
import { isWithin, joinPath, quote } from '../../protocol/names.ts'
import type { LiveRun } from '../pod/live-run.ts'
import { depthOf } from './host-path.ts'
import { Namespace } from './namespace.ts'
import type { PlaceNeeds } from './open-place.ts'
import type { Owned, Owner, OwnerFile } from './owner-file.ts'
import type { Place } from './place.ts'
import type { PodEntry } from './pods.ts'

/** Whose a ticket is. */
export type Found = { place: Place; entry: PodEntry; live: LiveRun }

/** What is told of the hosts within this one. */
export type HostsListener = { onAdded: (namespace: Namespace) => void; onRemoved: (path: string) => void }

export class Hosts {
  readonly root: Place
  #needs: PlaceNeeds
  #namespaces = new Map<string, Namespace>()
  #listeners = new Set<HostsListener>()
  #isWatchingFiles = false

  /** @param needs what the pods of the root have, and those of all hosts within it but for paths and log */
  constructor(root: Place, needs: PlaceNeeds) {
    this.root = root
    this.#needs = needs
  }

  /** Innermost last. */
  all(): Namespace[] {
    return [...this.#namespaces.values()].sort((a, b) => depthOf(a.path) - depthOf(b.path))
  }

  find(path: string): Namespace | undefined {
    return this.#namespaces.get(path)
  }

  /** @throws {P8aError} `host_not_found` */
  get(path: string): Namespace {
    const found = this.#namespaces.get(path)
    if (found) return found
    const paths = [...this.#namespaces.keys()].sort().slice(0, 8)
    throw new P8aError('host_not_found', `There is no host at the path ${quote(path)}`, {
      hint:
        paths.length > 0
          ? `There are: ${paths.join(', ')}`
          : 'There are no others: a pod makes one with p8a.host(name)',
      facts: { path: path.slice(0, 100) },
    })
  }

  /** The host at a path, the root's being empty. @throws {P8aError} `host_not_found` */
  place(path: string): Place {
    return path === '' ? this.root : this.get(path)
  }

  /** The pod that a host belongs to, where that is there. */
  ownerOf({ owner: { path, pod } }: { owner: Owner }): PodEntry | undefined {
    return (path === '' ? this.root : this.find(path))?.pods.find(pod)
  }

  /** Those at `path` and within it, innermost last. */
  within(path: string): Namespace[] {
    return this.all().filter(namespace => isWithin(path, namespace.path))
  }

  /** Those that `isMeant` means, and all within them, innermost last. */
  withinAll(isMeant: (namespace: Namespace) => boolean): Namespace[] {
    const tops = this.all().filter(isMeant)
    return this.all().filter(({ path }) => tops.some(top => isWithin(top.path, path)))
  }

  /** Of all runs that have, or may have, a process. */
  tickets(): string[] {
    return [this.root, ...this.#namespaces.values()].flatMap(({ pods }) => pods.tickets())
  }

  /** Of the same runs, paths and ids. */
  runKeys(): string[] {
    const places = [this.root, ...this.#namespaces.values()]
    return places.flatMap(({ path, pods }) => pods.runIds().map(id => joinPath(path, id)))
  }

  /** How many processes the pods have, services and scripts. */
  countRuns(): number {
    const all = [this.root, ...this.#namespaces.values()].flatMap(({ pods }) => pods.all())
    return all.reduce((sum, { supervisor }) => sum + supervisor.underWay.length, 0)
  }

  findTicket(ticket: string): Found | undefined {
    for (const place of [this.root, ...this.#namespaces.values()]) {
      const found = place.pods.findTicket(ticket)
      if (found) return { place, ...found }
    }
    return undefined
  }

  /** Tells `listener` which hosts come and go, until the returned function is called. */
  watch(listener: HostsListener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** There is one more from now on, with nothing on the disk yet. */
  add(path: string, owned: Owned, file: OwnerFile): Namespace {
    const namespace = new Namespace(this.#needs, { path, owned, file })
    this.#namespaces.set(path, namespace)
    for (const { onAdded } of this.#listeners) onAdded(namespace)
    return namespace
  }

  forget(path: string): void {
    this.#needs.tenants.forget(path)
    if (this.#namespaces.delete(path)) for (const { onRemoved } of this.#listeners) onRemoved(path)
  }

  /** Brings the pods of every host to what is wanted of them, but for those whose owner is not wanted. */
  async reconcile(): Promise<void> {
    await Promise.all(this.all().map(({ pods }) => pods.reconcile()))
  }

  /** Ends all runs of all hosts but the root, innermost first. */
  async endRuns(): Promise<void> {
    for (const { pods } of this.all().toReversed()) await pods.holding.endRuns()
  }

  async prune(): Promise<void> {
    for (const { pods } of this.all()) await pods.prune()
  }

  /** Takes up what people do to the files of all hosts within this one, those that come later too. */
  watchFiles(): void {
    this.#isWatchingFiles = true
    for (const namespace of this.all()) this.watchFilesOf(namespace)
  }

  /** The folders of a host that is new are there. */
  watchFilesOf(namespace: Namespace): void {
    if (!this.#isWatchingFiles) return
    // One whose folder cannot be watched, or is being removed, has its verbs all the same.
    namespace.watchFiles().catch(error => {
      this.root.seams.log.warn('files', `the host does not see edits of the files of ${namespace.path}`, { err: error })
    })
  }

  /** Lets go of all hosts within this one; processes go on. */
  async detach(): Promise<void> {
    await Promise.all(this.all().map(namespace => namespace.detach()))
  }
}

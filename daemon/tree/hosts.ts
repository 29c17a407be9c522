// All hosts within this one, by their path: however deep one is, it is one lookup away. It loads them, mounts them, finds
// whose a ticket is, and has a host stop with the pod that owns it.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { P8aError } from '../../protocol/errors.ts'
import type { ToHost } from '../../protocol/link.ts'
import { checkName, isName, isWithin, quote } from '../../protocol/names.ts'
import type { LiveRun } from '../pod/live-run.ts'
import { parseState, putAside, readStateFolder, readStateText, writeState } from '../store/state-file.ts'
import { Namespace, type Owner } from './namespace.ts'
import type { Place } from './place.ts'
import type { PodEntry, Pods } from './pods.ts'
import type { PodNeeds } from './supervisor.ts'

/** Whose a ticket is. */
export type Found = { place: Place; entry: PodEntry; live: LiveRun }

const ownerSchema = v.strictObject({
  v: v.literal(1),
  path: v.string(),
  pod: v.string(),
  closed: v.optional(v.boolean(), false),
  imported: v.optional(v.string()),
})

/** What is told of the hosts within this one. */
export type HostsListener = { onAdded: (namespace: Namespace) => void; onRemoved: (path: string) => void }

/** The owner of a host of which nothing is known: no pod can have this name. */
const nobody = ''

export class Hosts {
  readonly root: Place
  #needs: PodNeeds
  #namespaces = new Map<string, Namespace>()
  /** Paths of those whose owner's file cannot be read. */
  #broken = new Set<string>()
  #isWatching = false
  #listeners = new Set<HostsListener>()

  constructor(needs: PodNeeds, pods: Pods) {
    this.#needs = needs
    this.root = { path: '', seams: needs, pods }
    pods.onStopping = name => this.holdOf({ path: '', pod: name })
    pods.onRemoved = name => this.#removeOf({ path: '', pod: name })
  }

  /** Tells `listener` which hosts come and go, until the returned function is called. */
  watch(listener: HostsListener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
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

  /** Of all runs that have, or may have, a process. */
  tickets(): string[] {
    return [this.root, ...this.#namespaces.values()].flatMap(({ pods }) => pods.tickets())
  }

  findTicket(ticket: string): Found | undefined {
    for (const place of [this.root, ...this.#namespaces.values()]) {
      const found = place.pods.findTicket(ticket)
      if (found) return { place, ...found }
    }
    return undefined
  }

  /** Reads what an earlier host left, after the root's own pods. Nothing is started yet. */
  async load(): Promise<void> {
    const { seams } = this.root
    const paths = await readStateFolder(seams.paths.hosts)
    for (const path of paths.filter(isPath).sort((a, b) => depthOf(a) - depthOf(b))) await this.#load(path)
  }

  /** Has the pods of every host brought to what is wanted of them, but for those whose owner is not wanted. */
  async reconcile(): Promise<void> {
    await Promise.all(this.all().map(({ pods }) => pods.reconcile()))
  }

  /**
   * A run says that it is the host `path`, and which verbs it answers itself.
   * @throws {P8aError} `bad_name`, `host_exists`, `unsupported` for a path that is not its own or too deep, `save_failed`
   */
  async mount({ place, entry, live }: Found, { path, handles, imported }: ToHost['mount']['params']): Promise<void> {
    const owner: Owner = { path: place.path, pod: entry.supervisor.name, imported }
    this.#checkPath(path, { place, live })
    const known = this.#namespaces.get(path)
    const isAnothers = known && (known.owner.path !== owner.path || known.owner.pod !== owner.pod)
    if (isAnothers && this.#ownerOf(known)) {
      throw new P8aError(
        'host_exists',
        `Cannot mount a host at ${quote(path)}: pod ${quote(known.owner.pod)} has one`,
        {
          hint: 'Choose another name, or remove that pod',
          facts: { path, pod: known.owner.pod },
        },
      )
    }
    const namespace = known ?? (await this.#make(path, owner))
    // One that was removed while no host looked has left it to whoever asks for it.
    const isLeft = isAnothers || namespace.owner.imported !== imported
    if (namespace.isClosed || isLeft) await this.#saveOwner(namespace, owner, { isClosed: false })
    namespace.mount(live, handles)
    this.#watchOwner(namespace, entry)
    await namespace.pods.holding.release()
    this.root.seams.log.info('host', `mounted at ${path}`, { pod: owner.pod, handles })
  }

  /**
   * A run is not the host `path` any more. Unless another run of its pod is, all that is in it stops, innermost first.
   * @throws {P8aError} `host_not_found`, `unsupported` where it is not that run's, `save_failed`
   */
  async unmount({ live }: Found, { path }: { path: string }): Promise<void> {
    const namespace = this.get(path)
    if (!namespace.isMountedBy(live)) {
      throw new P8aError('unsupported', `Cannot close the host at ${quote(path)}: it is not this pod's`, {
        facts: { path },
      })
    }
    namespace.unmount(live)
    if (namespace.isMounted) return
    await this.#saveOwner(namespace, namespace.owner, { isClosed: true })
    for (const { path: within, pods } of this.all().toReversed()) if (isWithin(path, within)) await pods.holding.hold()
    this.root.seams.log.info('host', `closed at ${path}`, { pod: namespace.owner.pod })
  }

  /** Ends what runs in the hosts of a pod, innermost first. @returns what lets it run again */
  async holdOf(owner: Owner): Promise<() => Promise<void>> {
    const held = this.#under(owner)
    for (const { pods } of held.toReversed()) await pods.holding.hold()
    return async () => {
      for (const { pods, isClosed } of held) if (!isClosed) await pods.holding.release()
    }
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
    this.#isWatching = true
    for (const namespace of this.all()) this.#watchFiles(namespace)
  }

  /** Lets go of all hosts within this one; processes go on. */
  async detach(): Promise<void> {
    await Promise.all(this.all().map(namespace => namespace.detach()))
  }

  #checkPath(path: string, { place, live }: { place: Place; live: LiveRun }): void {
    const parent = parentOf(path)
    checkName(path.slice(parent === '' ? 0 : parent.length + 1), 'host')
    const isOwn = parent === place.path || this.#namespaces.get(parent)?.isMountedBy(live)
    if (!isOwn) {
      throw new P8aError('unsupported', `Cannot mount a host at ${quote(path)}: ${quote(parent)} is not this pod's`, {
        hint: 'A pod can mount hosts beside itself, and within hosts that it has mounted',
        facts: { path },
      })
    }
    const { maxHostDepth } = this.root.seams.settings
    if (depthOf(path) <= maxHostDepth) return
    throw new P8aError(
      'unsupported',
      `Cannot mount a host at ${quote(path)}: its path would have ${depthOf(path)} names`,
      {
        hint: `The limit is ${maxHostDepth}: maxHostDepth in host.json`,
        facts: { path, limit: maxHostDepth },
      },
    )
  }

  async #make(path: string, owner: Owner): Promise<Namespace> {
    const namespace = new Namespace(this.#needs, path, owner)
    // At once, so that two that come at the same moment do not both make it.
    this.#add(namespace)
    try {
      await namespace.makeFolders()
      await this.#saveOwner(namespace, owner, { isClosed: false })
    } catch (error) {
      this.#forget(path)
      throw error
    }
    if (this.#isWatching) this.#watchFiles(namespace)
    return namespace
  }

  async #saveOwner(namespace: Namespace, owner: Owner, { isClosed }: { isClosed: boolean }): Promise<void> {
    const closed = isClosed ? { closed: true } : {}
    const { log, clock } = this.root.seams
    if (this.#broken.has(namespace.path)) {
      const aside = await putAside(ownerFile(namespace), clock.wallMs())
      log.warn('files', `A broken owner.json was renamed to ${aside}`)
      this.#broken.delete(namespace.path)
    }
    await writeState(ownerFile(namespace), { v: 1, ...owner, ...closed }, { durable: true })
    namespace.owner = owner
    namespace.isClosed = isClosed
  }

  #add(namespace: Namespace): void {
    const { path, pods } = namespace
    this.#namespaces.set(path, namespace)
    pods.onStopping = pod => this.holdOf({ path, pod })
    pods.onRemoved = pod => this.#removeOf({ path, pod })
    namespace.onRemoved = imported => this.#removeAll(this.#madeBy(imported, path))
    for (const { onAdded } of this.#listeners) onAdded(namespace)
  }

  #forget(path: string): void {
    this.#namespaces.delete(path)
    for (const { onRemoved } of this.#listeners) onRemoved(path)
  }

  async #load(path: string): Promise<void> {
    const { seams } = this.root
    try {
      const read = await this.#readOwner(path)
      if (!read) return
      const { v: _, closed, ...owner } = read
      const namespace = new Namespace(this.#needs, path, owner)
      namespace.isClosed = closed
      await namespace.makeFolders()
      this.#add(namespace)
      const entry = this.#ownerOf(namespace)
      if (entry) this.#watchOwner(namespace, entry)
      await namespace.pods.load()
      if (closed || (owner.pod !== nobody && !entry?.supervisor.isWanted)) void namespace.pods.holding.hold()
    } catch (error) {
      if (!(error instanceof P8aError)) throw error
      seams.log.error('files', error.message, error.facts)
    }
  }

  /** Undefined where there is no such host. Of one whose file is broken it is not known whose it is. */
  async #readOwner(path: string): Promise<v.InferOutput<typeof ownerSchema> | undefined> {
    const { seams } = this.root
    const file = join(seams.paths.hosts, path, 'owner.json')
    try {
      const text = await readStateText(file)
      return text === undefined ? undefined : parseState(file, text, ownerSchema)
    } catch (error) {
      if (!(error instanceof P8aError)) throw error
      this.#broken.add(path)
      seams.log.error(
        'files',
        `${error.message}; the pods at ${path} keep running until a pod mounts it again`,
        error.facts,
      )
      return { v: 1, path: parentOf(path), pod: nobody, closed: false }
    }
  }

  #watchFiles(namespace: Namespace): void {
    // One whose folder cannot be watched, or is being removed, has its verbs all the same.
    namespace.watchFiles().catch(error => {
      this.root.seams.log.warn('files', `the host does not see edits of the files of ${namespace.path}`, { err: error })
    })
  }

  #ownerOf({ owner: { path, pod } }: Namespace): PodEntry | undefined {
    return (path === '' ? this.root : this.find(path))?.pods.find(pod)
  }

  /** A host stops with its pod, however that came to be unwanted. */
  #watchOwner(namespace: Namespace, { supervisor }: PodEntry): void {
    namespace.unwatch()
    namespace.unwatch = supervisor.watch(() => {
      namespace.noteOwner()
      if (!supervisor.isWanted && !namespace.pods.holding.isHeld) void namespace.pods.holding.hold()
    })
  }

  /** The hosts of a pod and all within them, innermost last. */
  #under(owner: Owner): Namespace[] {
    return this.#within(this.all().filter(({ owner: { path, pod } }) => path === owner.path && pod === owner.pod))
  }

  /** The hosts that pod `imported` has made in the host at `at`, and all within them. */
  #madeBy(imported: string, at: string): Namespace[] {
    return this.#within(this.all().filter(({ path, owner }) => owner.imported === imported && parentOf(path) === at))
  }

  #within(tops: Namespace[]): Namespace[] {
    return this.all().filter(({ path }) => tops.some(top => isWithin(top.path, path)))
  }

  async #removeOf(owner: Owner): Promise<void> {
    await this.#removeAll(this.#under(owner))
  }

  /** @param namespaces innermost last */
  async #removeAll(namespaces: Namespace[]): Promise<void> {
    for (const namespace of namespaces.toReversed()) {
      await namespace.pods.holding.hold()
      await namespace.detach()
      this.#forget(namespace.path)
      await rm(namespace.seams.paths.data, { recursive: true, force: true })
    }
  }
}

function ownerFile({ seams }: Namespace): string {
  return join(seams.paths.data, 'owner.json')
}

function isPath(path: string): boolean {
  return path.split('.').every(isName)
}

/** The path of the host that one lies in. */
function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('.')))
}

function depthOf(path: string): number {
  return path.split('.').length
}

// One host within a host: a tree of pods of its own on disk and in memory, and the pod that mounted it. It knows whether
// its owner is there; what its verbs do stands elsewhere.
import { mkdir } from 'node:fs/promises'
import type { Answer } from '../../protocol/channel/request.ts'
import type { Window } from '../../protocol/channel/window.ts'
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'
import type { LiveRun } from '../pod/live-run.ts'
import { type HostLog, openHostLog } from '../system/host-log.ts'
import { dataPaths } from '../system/paths.ts'
import type { Seams } from '../system/seams.ts'
import { watchPods } from '../system/watch.ts'
import { type OpenPlace, openPlace } from './open-place.ts'
import type { Owned, Owner, OwnerFile } from './owner-file.ts'
import type { PodFiles } from './pod-files.ts'
import { textOf } from './pod-status.ts'
import type { PodEntry, Pods } from './pods.ts'
import type { PodNeeds, PodSupervisor } from './supervisor.ts'

/** A run of the owner, and the verbs that it answers itself. */
type Mount = { live: LiveRun; handles: ReadonlySet<string> }

export type AskOptions = {
  /** How long it may take; by default `handlerTimeout`. */
  timeoutMs?: number | undefined
  /** Aborted when who asks is gone. */
  signal?: AbortSignal | undefined
}

export class Namespace {
  readonly path: string
  readonly seams: Seams
  readonly pods: Pods
  readonly files: PodFiles
  #place: OpenPlace
  #file: OwnerFile
  #owned: Owned
  #mounts = new Map<LiveRun, Mount>()
  /** How each pod was when the owner was told last. */
  #told = new Map<string, string>()
  /** How many verbs the owner is at. */
  #pending = 0
  #unwatchFiles: Promise<() => Promise<void>> | undefined
  #listeners = new Set<() => void>()
  #wasMounted = false
  #unfollow = () => {}

  constructor(root: PodNeeds, { path, owned, file }: { path: string; owned: Owned; file: OwnerFile }) {
    this.path = path
    this.#owned = owned
    this.#file = file
    const paths = dataPaths(`${root.paths.hosts}/${path}`)
    const needs: PodNeeds = {
      ...root,
      path,
      paths: { ...paths, linkSocket: root.paths.linkSocket, calls: root.paths.calls },
      // One of its own: a pod here may be called as one of the root is, and whoever may see this path sees no other.
      log: openOwnLog(root, paths.hostLog),
    }
    this.seams = needs
    this.#place = openPlace(needs)
    this.pods = this.#place.pods
    this.files = this.#place.files
    this.pods.watch({ onChanged: supervisor => this.#tell(supervisor) })
  }

  /** The pod that it belongs to. */
  get owner(): Owner {
    return this.#owned.owner
  }

  /** Its owner has closed it, and has not mounted it since. */
  get isClosed(): boolean {
    return this.#owned.isClosed
  }

  /** It belongs to that pod from now on, or is closed by it. Saved first. @throws {P8aError} `no_space`, `save_failed` */
  async own(owned: Owned): Promise<void> {
    await this.#file.write(owned)
    this.#owned = owned
  }

  /** It stops with its owner from now on, however that comes to be unwanted. */
  follow({ supervisor }: PodEntry): void {
    this.#unfollow()
    this.#unfollow = supervisor.watch(() => {
      this.#noteOwner()
      if (!supervisor.isWanted && !this.pods.holding.isHeld) void this.pods.holding.hold()
    })
  }

  async makeFolders(): Promise<void> {
    const { images, pods, logs } = this.seams.paths
    await Promise.all([images, pods, logs].map(dir => mkdir(dir, { recursive: true, mode: 0o700 })))
  }

  /** Takes up what people do to the files of its pods, from now on and what they did before. */
  async watchFiles(): Promise<void> {
    this.#unwatchFiles ??= watchPods(this.seams, name => void this.files.reload(name))
    await this.#unwatchFiles
    await this.files.reloadAll()
  }

  /** Lets go of it all; processes go on. */
  async detach(): Promise<void> {
    this.#unfollow()
    this.#place.detach()
    await (await this.#unwatchFiles)?.()
    this.seams.log.close()
  }

  /** Calls `listener` when the owner comes or goes, or may tell something new of its pods, until the returned function is called. */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** What the owner tells of its pods may be something else than before. */
  tellChanged(): void {
    for (const listener of [...this.#listeners]) listener()
  }

  /** Something of the owner has changed: is it still there? */
  #noteOwner(): void {
    if (this.isMounted === this.#wasMounted) return
    this.#wasMounted = this.isMounted
    this.tellChanged()
  }

  /** A run of the owner is here, or here again. */
  mount(live: LiveRun, handles: readonly string[]): void {
    this.#mounts.set(live, { live, handles: new Set(handles) })
    this.#wasMounted = true
    this.tellChanged()
    // What became of its pods while it, or the root, was away.
    for (const { supervisor } of this.pods.all()) {
      const text = textOf(this, supervisor)
      live.peer?.notify('changed', { path: this.path, name: supervisor.name, status: supervisor.state, text })
    }
  }

  /** A run of the owner is it no more. */
  unmount(live: LiveRun): void {
    this.#mounts.delete(live)
    this.#noteOwner()
  }

  /** Whether a run of its owner that is there has mounted it. */
  get isMounted(): boolean {
    return [...this.#mounts.keys()].some(live => live.peer !== undefined)
  }

  /** Whether `live` is a run of its owner that has mounted it. */
  isMountedBy(live: LiveRun): boolean {
    return this.#mounts.has(live)
  }

  /** The verbs that its owner answers itself; undefined where no run of its owner is there. */
  get handles(): ReadonlySet<string> | undefined {
    return this.isMounted ? this.present.handles : undefined
  }

  /** Whether its owner does a verb itself for a run that is not one of the owner's. @throws {P8aError} `host_gone` */
  handlesFor(live: LiveRun, verb: string): boolean {
    return !this.isMountedBy(live) && this.present.handles.has(verb)
  }

  /** The first run of its owner that is there. @throws {P8aError} `host_gone` at once where none is */
  get present(): Mount {
    for (const [live, mount] of this.#mounts) {
      if (live.peer) return mount
      this.#mounts.delete(live)
    }
    const { pod, path } = this.owner
    const where = path === '' ? '' : ` at ${quote(path)}`
    throw new P8aError(
      'host_gone',
      `The host at ${quote(this.path)} is gone: pod ${quote(pod)}${where} does not mount it now`,
      {
        hint: 'That pod mounts the host: see how it is, and start it if it is down',
        facts: { path: this.path, pod },
      },
    )
  }

  /**
   * Has a verb done by the owner, who is told when nobody waits for it any more.
   * @throws {P8aError} `host_gone`, `host_busy`, `timeout`, and what the owner throws
   */
  async ask(verb: string, args: unknown[], options: AskOptions = {}): Promise<unknown> {
    const answer = await this.#ask(verb, args, options)
    return 'value' in answer ? answer.value : undefined
  }

  /**
   * As {@link ask}, where the answer may be a stream.
   * @param options.takes how much of it may be under way
   */
  async open(verb: string, args: unknown[], options: AskOptions & { takes: Window }): Promise<Answer> {
    return await this.#ask(verb, args, options)
  }

  async #ask(
    verb: string,
    args: unknown[],
    { timeoutMs, signal, takes }: AskOptions & { takes?: Window },
  ): Promise<Answer> {
    const { peer } = this.present.live
    this.#checkRoom(verb)
    this.#pending++
    const limitMs = timeoutMs ?? this.seams.settings.handlerTimeout
    const explain = (error: P8aError) => this.#explained(error, verb, limitMs)
    try {
      const options = { timeoutMs: limitMs, signal, takes, explain }
      const answer = await peer?.open('handle', { path: this.path, verb, args }, options)
      return answer && 'stream' in answer ? answer : { value: answer?.value.value }
    } finally {
      this.#pending--
    }
  }

  /** Verbs that lead back to their own host would never end, each waiting for the next. */
  #checkRoom(verb: string): void {
    const limit = this.seams.settings.maxPendingVerbs
    if (this.#pending < limit) return
    throw new P8aError('host_busy', `The host at ${quote(this.path)} cannot do ${verb}: ${limit} verbs are under way`, {
      hint: 'Try again later, and check whether its handlers call the same host; the limit is maxPendingVerbs in host.json',
      facts: { path: this.path, verb, limit },
    })
  }

  #explained(error: P8aError, verb: string, timeoutMs: number): P8aError {
    // The link's own errors say nothing of hosts. One of the owner's has facts, of the error that it threw at least.
    const isOfLink = Object.keys(error.facts).length === 0
    if (!isOfLink || (error.code !== 'timeout' && error.code !== 'pod_not_up')) return error
    const why = error.code === 'timeout' ? `no answer within ${timeoutMs} ms` : 'it ended before it answered'
    return new P8aError(
      error.code === 'timeout' ? 'timeout' : 'host_gone',
      `The host at ${quote(this.path)} did not do ${verb}: ${why}`,
      {
        hint: { text: 'See what it does', do: { verb: 'logs', args: [this.owner.pod] } },
        facts: { path: this.path, verb },
        cause: error,
      },
    )
  }

  /** Tells the owner how a pod is, where that has changed. */
  #tell(supervisor: PodSupervisor): void {
    const { name, state } = supervisor
    const text = textOf(this, supervisor)
    const told = `${state} ${text}`
    if (this.#told.get(name) === told) return
    this.#told.set(name, told)
    for (const { peer } of this.#mounts.keys()) peer?.notify('changed', { path: this.path, name, status: state, text })
  }
}

/** Where there is no room for one, the root's takes its lines: a host without its log is better than none. */
function openOwnLog({ log, settings }: Pick<Seams, 'log' | 'settings'>, file: string): HostLog {
  try {
    return openHostLog(file, { maxBytes: settings.hostLogBytes })
  } catch (error) {
    log.warn('files', `Cannot open ${file}`, { err: error })
    return { ...log, close: () => {} }
  }
}

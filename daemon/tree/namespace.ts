// One host within a host: a tree of pods of its own on disk and in memory, and the pod that it belongs to. What its verbs do
// stands elsewhere.
import { mkdir } from 'node:fs/promises'
import type { LiveRun } from '../pod/live-run.ts'
import { saveError } from '../store/state-file.ts'
import { type HostLog, openHostLog } from '../system/host-log.ts'
import { dataPaths } from '../system/paths.ts'
import type { Seams } from '../system/seams.ts'
import { watchPods } from '../system/watch.ts'
import { AskOwner } from './ask-owner.ts'
import { type Answers, Mounts } from './mounts.ts'
import { type OpenPlace, openPlace, type PlaceNeeds } from './open-place.ts'
import type { Owned, Owner, OwnerFile } from './owner-file.ts'
import type { PodFiles } from './pod-files.ts'
import type { PodEntry, Pods } from './pods.ts'
import type { Sleepers } from './sleepers.ts'
import { TellOwner } from './tell-owner.ts'
import type { Tenants } from './tenants.ts'

export class Namespace {
  readonly path: string
  readonly seams: Seams
  readonly pods: Pods
  readonly files: PodFiles
  readonly sleepers: Sleepers
  readonly tenants: Tenants
  readonly mounts: Mounts
  /** What asks the owner for a verb. */
  readonly handler: AskOwner
  #place: OpenPlace
  #file: OwnerFile
  #owned: Owned
  #tell: TellOwner
  #unwatchFiles: Promise<() => Promise<void>> | undefined
  #unfollow = () => {}

  constructor(root: PlaceNeeds, { path, owned, file }: { path: string; owned: Owned; file: OwnerFile }) {
    const needs = needsAt(path, root)
    const owner = () => this.owner
    this.path = path
    this.seams = needs
    this.#owned = owned
    this.#file = file
    this.#place = openPlace(needs)
    this.pods = this.#place.pods
    this.files = this.#place.files
    this.sleepers = this.#place.sleepers
    this.tenants = root.tenants
    this.mounts = new Mounts(path, owner)
    this.handler = new AskOwner({ path, owner, mounts: this.mounts, settings: root.settings })
    this.#tell = new TellOwner(this.#place, this.mounts)
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

  /** A run of the owner is here, or here again. */
  mount(live: LiveRun, answers: Answers): void {
    this.mounts.add(live, answers)
    this.#tell.tellAll(live)
  }

  /** It stops with its owner from now on, however that comes to be unwanted. */
  follow({ supervisor }: PodEntry): void {
    this.#unfollow()
    this.#unfollow = supervisor.watch(() => {
      this.mounts.look()
      if (!supervisor.isWanted && !this.pods.holding.isHeld) void this.pods.holding.hold()
    })
  }

  /** @throws {P8aError} `no_space`, `save_failed` */
  async makeFolders(): Promise<void> {
    const { images, pods, logs } = this.seams.paths
    const make = async (dir: string) => {
      await mkdir(dir, { recursive: true, mode: 0o700 }).catch(error => {
        throw saveError(dir, error)
      })
    }
    await Promise.all([images, pods, logs].map(make))
  }

  /** Takes up what people do to the files of its pods, from now on and what they did before. */
  async watchFiles(): Promise<void> {
    this.#unwatchFiles ??= watchPods(this.seams, {
      onPod: name => void this.files.reload(name),
      onAny: () => void this.files.reloadAll(),
    })
    await this.#unwatchFiles
    await this.files.reloadAll()
  }

  /** Lets go of it all; processes go on. */
  async detach(): Promise<void> {
    this.#unfollow()
    await this.#place.detach()
    await (await this.#unwatchFiles)?.()
    this.seams.log.close()
  }
}

/** What the root has, but for the place on the disk and the log. */
function needsAt(path: string, root: PlaceNeeds): PlaceNeeds {
  const paths = dataPaths(`${root.paths.hosts}/${path}`)
  return {
    ...root,
    path,
    paths: {
      ...paths,
      linkSocket: root.paths.linkSocket,
      doors: root.paths.doors,
      innerLink: root.paths.innerLink,
      calls: root.paths.calls,
      containers: root.paths.containers,
    },
    // One of its own: a pod here may be called as one of the root is, and whoever may see this path sees no other.
    log: openOwnLog(root, paths.hostLog),
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

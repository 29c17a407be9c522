// One host within a host: a tree of pods of its own on disk and in memory, and the pod that mounted it. It knows whether
// its owner is there; what its verbs do stands elsewhere.
import { mkdir } from 'node:fs/promises'
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'
import type { Context } from '../context.ts'
import { Pods } from '../host/pods.ts'
import { openHostLog } from '../host-log.ts'
import { textOf } from '../host/status.ts'
import { dataPaths } from '../paths.ts'
import type { LiveRun } from '../pod/live-run.ts'
import type { PodSupervisor } from '../pod/supervisor.ts'
import { watchPods } from '../watch.ts'

/** The pod that a namespace belongs to: its name, and the path of the host that it is on. */
export type Owner = { path: string; pod: string }

/** A run of the owner, and the verbs that it answers itself. */
type Mount = { live: LiveRun; handles: ReadonlySet<string> }

export class Namespace {
  readonly path: string
  readonly owner: Owner
  readonly context: Context
  readonly pods: Pods
  #mounts = new Map<LiveRun, Mount>()
  /** How each pod was when the owner was told last. */
  #told = new Map<string, string>()
  /** Ends the watch on the owner. */
  unwatch: () => void = () => {}
  #unwatchFiles: Promise<() => Promise<void>> | undefined

  constructor(root: Context, path: string, owner: Owner) {
    this.path = path
    this.owner = owner
    const paths = dataPaths(`${root.paths.hosts}/${path}`)
    this.context = {
      ...root,
      path,
      paths: { ...paths, linkSocket: root.paths.linkSocket, calls: root.paths.calls },
      // One of its own: a pod here may be called as one of the root is, and whoever may see this path sees no other.
      log: openHostLog(paths.hostLog, { maxBytes: root.settings.hostLogBytes }),
    }
    this.pods = new Pods(this.context, { onChanged: supervisor => this.#tell(supervisor) })
  }

  async makeFolders(): Promise<void> {
    const { images, pods, logs } = this.context.paths
    await Promise.all([images, pods, logs].map(dir => mkdir(dir, { recursive: true, mode: 0o700 })))
  }

  /** Takes up what people do to the files of its pods, from now on and what they did before. */
  async watchFiles(): Promise<void> {
    this.#unwatchFiles ??= watchPods(this.context, name => void this.pods.reload(name))
    await this.#unwatchFiles
    await this.pods.reloadAll()
  }

  /** Lets go of it all; processes go on. */
  async detach(): Promise<void> {
    this.unwatch()
    this.pods.detach()
    await (await this.#unwatchFiles)?.()
    this.context.log.flush()
    this.context.log.close()
  }

  /** A run of the owner is here, or here again. */
  mount(live: LiveRun, handles: readonly string[]): void {
    this.#mounts.set(live, { live, handles: new Set(handles) })
  }

  /** Whether `live` is a run of its owner that has mounted it. */
  isMountedBy(live: LiveRun): boolean {
    return this.#mounts.has(live)
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
        hint: `See how that pod is, and start it where it is down; it makes the host`,
        facts: { path: this.path, pod },
      },
    )
  }

  /** Has a verb done by the owner. @throws {P8aError} `host_gone`, `timeout`, and what the owner throws */
  async ask(verb: string, args: unknown[]): Promise<unknown> {
    const { peer } = this.present.live
    const timeoutMs = this.context.settings.handlerTimeout
    try {
      return await peer?.request('handle', { path: this.path, verb, args }, { timeoutMs })
    } catch (error) {
      if (!(error instanceof P8aError) || (error.code !== 'timeout' && error.code !== 'pod_not_up')) throw error
      const why = error.code === 'timeout' ? `no answer within ${timeoutMs} ms` : 'it went away before it answered'
      throw new P8aError(
        error.code === 'timeout' ? 'timeout' : 'host_gone',
        `The host at ${quote(this.path)} did not do ${verb}: ${why}`,
        { hint: `See what it does: pod logs REMOTE ${this.owner.pod}`, facts: { path: this.path, verb }, cause: error },
      )
    }
  }

  /** Tells the owner how a pod is, where that has changed. */
  #tell(supervisor: PodSupervisor): void {
    const { name, state } = supervisor
    const text = textOf(this.context, supervisor)
    const told = `${state} ${text}`
    if (this.#told.get(name) === told) return
    this.#told.set(name, told)
    for (const { peer } of this.#mounts.keys()) peer?.notify('changed', { path: this.path, name, status: state, text })
  }
}

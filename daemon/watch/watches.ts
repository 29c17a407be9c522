// All watchers of hosts of this daemon, and what they are told. While nobody watches a host, this does nothing for it.
import { keyOf, type PodChange } from '../../protocol/changes.ts'
import type { P8aError } from '../../protocol/errors.ts'
import type { PodStatus } from '../../protocol/words.ts'
import type { Hosts } from '../tree/hosts.ts'
import type { Namespace } from '../tree/namespace.ts'
import type { Verbs } from '../verbs/by-path.ts'
import type { Watching } from '../verbs/daemon.ts'
import { HandledSource, tellsItself, watchman } from './handled-source.ts'
import { watchOwn } from './own-source.ts'
import { Told } from './told.ts'
import { Watcher } from './watcher.ts'

/** A watched host. `by`: who tells about its pods. */
type Watched = { told: Told; by: 'root' | 'owner'; ready: () => Promise<void>; stop: () => void }

export type WatchAsked = {
  path: string
  /** Also the hosts within it. */
  within: boolean
  hops: number
}

export class Watches {
  #hosts: Hosts
  #verbs: Verbs
  #watchers = new Set<Watcher>()
  #watched = new Map<string, Watched>()
  #unwatchHosts: (() => void) | undefined

  constructor(hosts: Hosts, verbs: Verbs) {
    this.#hosts = hosts
    this.#verbs = verbs
  }

  /**
   * Adds a watcher.
   * @throws {P8aError} `host_not_found`, `host_gone`, and what the host's owner answers
   */
  async open({ path, within, hops }: WatchAsked): Promise<Watching> {
    const watcher = new Watcher({ path, within, snapshot: () => this.#snapshotFor(watcher) })
    this.#watchers.add(watcher)
    this.#unwatchHosts ??= this.#hosts.watch({
      onAdded: namespace => this.#look(namespace),
      onRemoved: gone => this.#onRemoved(gone),
    })
    try {
      if (watcher.covers('') && !this.#watched.has('')) this.#watchRoot()
      for (const namespace of this.#hosts.all()) this.#look(namespace, hops)
      await this.#watched.get(path)?.ready()
      return { next: signal => watcher.next(signal), end: () => this.#close(watcher) }
    } catch (error) {
      this.#close(watcher)
      throw error
    }
  }

  #close(watcher: Watcher): void {
    this.#watchers.delete(watcher)
    for (const [path, { stop }] of this.#watched) {
      if (this.#isCovered(path)) continue
      this.#watched.delete(path)
      stop()
    }
    if (this.#watchers.size > 0) return
    this.#unwatchHosts?.()
    this.#unwatchHosts = undefined
  }

  #watchRoot(): void {
    const told = new Told()
    const stop = watchOwn(this.#hosts.root, told, changes => this.#tell('', changes))
    this.#watched.set('', { told, by: 'root', ready: async () => {}, stop })
  }

  /** There is a new host within the root, or the owner of a host came or went. */
  #look(namespace: Namespace, hops = 0): void {
    const { path } = namespace
    const { handles } = namespace.mounts
    if (!this.#isCovered(path)) return
    const watched = this.#watched.get(path)
    if (watched?.by === 'owner' && !handles) this.#endGone(namespace)
    if (watched && !handles) return
    const by = handles && tellsItself(handles) ? 'owner' : 'root'
    if (watched?.by === by) return
    watched?.stop()
    this.#watched.set(path, this.#watch(namespace, { by, told: watched?.told ?? new Told(), hops }))
  }

  #watch(namespace: Namespace, { by, told, hops }: { by: Watched['by']; told: Told; hops: number }): Watched {
    const { path } = namespace
    const tell = (changes: PodChange[]) => this.#tell(path, changes)
    const unwatch = namespace.mounts.watch(() => this.#look(namespace))
    if (by === 'root') {
      const end = watchOwn(namespace, told, tell)
      return { told, by, ready: async () => {}, stop: () => [unwatch, end].forEach(each => void each()) }
    }
    const list = async (signal: AbortSignal) =>
      (await this.#verbs.do('pod.list', { path, hops, usage: false }, { signal, by: watchman })).pods
    const source = new HandledSource(namespace, { told, tell, list, hops: hops + 1 })
    return {
      told,
      by,
      ready: () => source.ready(),
      stop: () => [unwatch, () => source.stop()].forEach(each => void each()),
    }
  }

  /** A watcher of only that host asks again until it is back, as for every other verb. */
  #endGone(namespace: Namespace): void {
    try {
      void namespace.mounts.present
    } catch (error) {
      this.#end(namespace.path, error as P8aError)
    }
  }

  #onRemoved(path: string): void {
    const watched = this.#watched.get(path)
    if (!watched) return
    this.#tell(path, watched.told.replace([]))
    this.#watched.delete(path)
    watched.stop()
    try {
      this.#hosts.get(path)
    } catch (error) {
      this.#end(path, error as P8aError)
    }
  }

  #end(path: string, error: P8aError): void {
    for (const watcher of this.#watchers) if (watcher.path === path) watcher.end(error)
  }

  #tell(path: string, changes: PodChange[]): void {
    for (const watcher of this.#watchers) if (watcher.covers(path)) watcher.push(changes)
  }

  #snapshotFor(watcher: Watcher): PodStatus[] {
    const covered = [...this.#watched].filter(([path]) => watcher.covers(path))
    const pods = covered.flatMap(([, { told }]) => told.pods)
    return pods.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  }

  #isCovered(path: string): boolean {
    return [...this.#watchers].some(watcher => watcher.covers(path))
  }
}

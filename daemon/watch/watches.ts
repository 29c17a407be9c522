// All watchers of hosts of this daemon, and what they are told. While nobody watches a host, this does nothing for it.
import { keyOf, type PodChange } from '../../protocol/changes.ts'
import type { P8aError } from '../../protocol/errors.ts'
import type { Asker, PodStatus } from '../../protocol/words.ts'
import type { Hosts } from '../tree/hosts.ts'
import { tellsItself } from '../tree/mounts.ts'
import type { Namespace } from '../tree/namespace.ts'
import type { Verbs } from '../verbs/by-path.ts'
import type { Watching } from '../verbs/daemon.ts'
import { HandledSource } from './handled-source.ts'
import { watchOwn } from './own-source.ts'
import { Told } from './told.ts'
import { Watcher } from './watcher.ts'

/**
 * A host as one who watches sees it: its owner may show each other pods. `source`: who tells about its pods. All see the same of the
 * root.
 */
type Watched = {
  path: string
  asker?: Asker
  told: Told
  source: 'root' | 'owner'
  ready: () => Promise<void>
  stop: () => void
}

export type WatchAsked = {
  path: string
  /** Also the hosts within it. */
  within: boolean
  hops: number
  by: Asker
}

export class Watches {
  #hosts: Hosts
  #verbs: Verbs
  #watchers = new Set<Watcher>()
  /** By the path and who watches. */
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
  async open({ path, within, hops, by }: WatchAsked): Promise<Watching> {
    const watcher = new Watcher({ path, within, by, snapshot: () => this.#snapshotFor(watcher) })
    this.#watchers.add(watcher)
    this.#unwatchHosts ??= this.#hosts.watch({
      onAdded: namespace => this.#look(namespace),
      onRemoved: gone => this.#onRemoved(gone),
    })
    try {
      if (watcher.covers('') && !this.#watched.has('')) this.#watchRoot()
      for (const namespace of this.#hosts.all()) this.#look(namespace, hops)
      await this.#watched.get(keyFor(path, by))?.ready()
      return { next: signal => watcher.next(signal), end: () => this.#close(watcher) }
    } catch (error) {
      this.#close(watcher)
      throw error
    }
  }

  #close(watcher: Watcher): void {
    this.#watchers.delete(watcher)
    for (const [key, watched] of this.#watched) {
      if (this.#watchersOf(watched).length > 0) continue
      this.#watched.delete(key)
      watched.stop()
    }
    if (this.#watchers.size > 0) return
    this.#unwatchHosts?.()
    this.#unwatchHosts = undefined
  }

  #watchRoot(): void {
    const told = new Told()
    const watched: Watched = { path: '', told, source: 'root', ready: async () => {}, stop: () => {} }
    watched.stop = watchOwn(this.#hosts.root, told, changes => this.#tell(watched, changes))
    this.#watched.set('', watched)
  }

  /** There is a new host within the root, or the owner of a host came or went. */
  #look(namespace: Namespace, hops = 0): void {
    const { path } = namespace
    const { handles } = namespace.mounts
    for (const asker of this.#askersOf(path)) {
      const key = keyFor(path, asker)
      const watched = this.#watched.get(key)
      if (watched?.source === 'owner' && !handles) this.#endGone(namespace)
      if (watched && !handles) continue
      const source = handles && tellsItself(handles) ? 'owner' : 'root'
      if (watched?.source === source) continue
      watched?.stop()
      this.#watched.set(key, this.#watch(namespace, { asker, source, told: watched?.told ?? new Told(), hops }))
    }
  }

  #watch(
    namespace: Namespace,
    { asker, source, told, hops }: Required<Pick<Watched, 'asker' | 'source' | 'told'>> & { hops: number },
  ): Watched {
    const { path } = namespace
    const unwatch = namespace.mounts.watch(() => this.#look(namespace))
    const watched: Watched = { path, asker, told, source, ready: async () => {}, stop: unwatch }
    const tell = (changes: PodChange[]) => this.#tell(watched, changes)
    if (source === 'root') {
      const end = watchOwn(namespace, told, tell)
      watched.stop = () => [unwatch, end].forEach(each => void each())
      return watched
    }
    const list = async (signal: AbortSignal) =>
      (await this.#verbs.do('pod.list', { path, hops, usage: false }, { signal, by: asker })).pods
    const handled = new HandledSource(namespace, { told, tell, list, by: asker, hops: hops + 1 })
    watched.ready = () => handled.ready()
    watched.stop = () => [unwatch, () => handled.stop()].forEach(each => void each())
    return watched
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
    const gone = [...this.#watched].filter(([, watched]) => watched.path === path)
    if (gone.length === 0) return
    for (const [key, watched] of gone) {
      this.#tell(watched, watched.told.replace([]))
      this.#watched.delete(key)
      watched.stop()
    }
    try {
      this.#hosts.get(path)
    } catch (error) {
      this.#end(path, error as P8aError)
    }
  }

  #end(path: string, error: P8aError): void {
    for (const watcher of this.#watchers) if (watcher.path === path) watcher.end(error)
  }

  #tell(watched: Watched, changes: PodChange[]): void {
    for (const watcher of this.#watchersOf(watched)) watcher.push(changes)
  }

  #snapshotFor(watcher: Watcher): PodStatus[] {
    const pods = [...this.#watched.values()].flatMap(watched => (sees(watcher, watched) ? watched.told.pods : []))
    return pods.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  }

  #watchersOf(watched: Watched): Watcher[] {
    return [...this.#watchers].filter(watcher => sees(watcher, watched))
  }

  /** Who watches the host at a path, each once. */
  #askersOf(path: string): Asker[] {
    const covering = [...this.#watchers].filter(watcher => watcher.covers(path))
    return [...new Map(covering.map(({ by }) => [keyFor(path, by), by])).values()]
  }
}

function sees(watcher: Watcher, { path, asker }: Watched): boolean {
  return watcher.covers(path) && (asker === undefined || keyFor(path, asker) === keyFor(path, watcher.by))
}

function keyFor(path: string, { name, role, path: within }: Asker): string {
  return JSON.stringify([path, name, role, within])
}

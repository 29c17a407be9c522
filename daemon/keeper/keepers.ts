// The host's end of keepers, the small processes that stay the parents of scripts and of services in other languages.
// One serves all of a host; after an upgrade an older one stays beside it until the last of what it keeps has ended.

import { randomBytes } from 'node:crypto'
import { deadline } from '../../protocol/deadline.ts'
import { P8aError } from '../../protocol/errors.ts'
import type {
  ScriptNote,
  ScriptOrder,
  ServiceEnd,
  ServiceLeft,
  ServiceOrder,
  ServiceSaid,
  ShimOrder,
  ToKeeper,
} from '../../protocol/keeper.ts'
import type { Hello, ToHost, Welcome } from '../../protocol/link.ts'
import type { Peer } from '../../protocol/peer.ts'
import { version } from '../../protocol/version.ts'
import type { Identity, Spawned } from '../system/process.ts'
import { limitFiles } from '../system/process-limits.ts'
import type { Seams } from '../system/seams.ts'
import type { ShimPeer } from '../system/shims.ts'
import { mayHaveBegun } from './begun.ts'
import { Coming } from './coming.ts'
import { GivenUp } from './given-up.ts'
import { heirOf } from './heir.ts'
import { isNote, isServiceEnd, isServiceSaid } from './note.ts'
import { ShimEnds } from './shim-ends.ts'
import { spawnKeeper } from './spawn-keeper.ts'
import type { ServiceWatcher, Watcher } from './watcher.ts'

/** How long the end of a run waits for a keeper that hangs. */
const releaseMs = 2000

type KeeperPeer = Peer<ToKeeper, ToHost>
/** `ports`: the keys of the pods whose sockets it holds. */
export type Holder = Pick<Keeper, 'peer' | 'pid' | 'ports'>
type Keeper = {
  peer: KeeperPeer
  pid: number
  isRetired: boolean
  keys: Set<string>
  ports: Set<string>
  limited: Promise<void>
}

export class Keepers {
  #seams: Seams
  #softFiles: number | undefined
  #ticket = randomBytes(24).toString('base64url')
  #keepers = new Map<ShimPeer, Keeper>()
  #scripts = new Map<string, Watcher>()
  #services = new Map<string, ServiceWatcher>()
  #shimEnds: ShimEnds
  /** Told of each keeper that dials, and of each whose connection is gone. */
  onDialled: ((keeper: Holder) => void) | undefined
  onLost: ((keeper: Holder) => void) | undefined
  /** Told that somebody has connected to a pod whose sockets are watched. */
  onKnock: ((key: string) => void) | undefined
  /** The pids of those that this host has spawned. */
  #made = new Set<number>()
  /** Runs that were recorded as lost while a keeper that hung may have begun them. */
  #givenUp: GivenUp
  #coming: Coming<Keeper>
  #isDetached = false

  /**
   * @param options.softFiles the soft limit of open files that scripts get; default: that of the host
   * @param options.bootMs how long a keeper may take to be spawned and to boot; default: 10 seconds
   */
  constructor(seams: Seams, { softFiles, bootMs = 10_000 }: { softFiles?: number | undefined; bootMs?: number } = {}) {
    this.#seams = seams
    this.#coming = new Coming(async () => await this.#spawn(), { bootMs })
    this.#givenUp = new GivenUp(seams)
    this.#shimEnds = new ShimEnds(seams.processes)
    this.#softFiles = softFiles
  }

  /**
   * The ticket by which a keeper proves who it is. Runs note it before they begin, so that the next host knows it too.
   */
  get ticket(): string {
    return this.#ticket
  }

  /** An earlier host left a run of a keeper with that ticket. From now on all keepers use it. */
  know(ticket: string): void {
    this.#ticket = ticket
  }

  /** A keeper has dialled; undefined if it is not one. */
  onHello({ ticket, pid, keeping }: Hello, peer: ShimPeer): Welcome | undefined {
    if (!keeping || ticket !== this.#ticket) return undefined
    const { scripts, services = [], ports = [] } = keeping
    const kept = [...scripts, ...services]
    const keys = new Set(kept.map(({ key }) => key))
    // The peers of a shim and of a keeper differ in what can be asked of them. The hello says that this is a keeper.
    const keeper: Keeper = {
      peer: peer as unknown as KeeperPeer,
      pid,
      isRetired: keeping.version !== version || this.#current() !== undefined,
      keys,
      ports: new Set(ports.map(({ key }) => key)),
      limited: this.#softFiles === undefined ? Promise.resolve() : limitFiles(pid, this.#softFiles),
    }
    this.#keepers.set(peer, keeper)
    this.#seams.log.info('script', 'a keeper is up', { pid, scripts: scripts.length, services: services.length })
    if (keeper.isRetired) this.#retire(keeper)
    for (const { key, pid } of kept) this.#onKept(key, pid)
    for (const { key, said } of services) if (said) this.onServiceSaid(peer, { key, said })
    // A keeper that this host has made cannot have runs of earlier hosts.
    if (!this.#made.has(pid)) this.#tellOthers(keys)
    if (!keeper.isRetired) this.#coming.onDialled(keeper)
    this.onDialled?.(keeper)
    return { do: 'go-on' }
  }

  onEnded(peer: ShimPeer, { key, note }: { key: string; note: ScriptNote }): void {
    const keeper = this.#keepers.get(peer)
    if (!keeper || !isNote(note)) return
    keeper.keys.delete(key)
    this.#scripts.get(key)?.onEnded(note)
  }

  onServiceEnded(peer: ShimPeer, { key, end }: { key: string; end: ServiceEnd }): void {
    if (this.#keepers.has(peer) && isServiceEnd(end)) this.#services.get(key)?.onEnded(end)
  }

  onServiceSaid(peer: ShimPeer, { key, said }: { key: string; said: ServiceSaid }): void {
    if (this.#keepers.has(peer) && isServiceSaid(said)) this.#services.get(key)?.onSaid(said)
  }

  onShimEnded(peer: ShimPeer, { pid, ...end }: { pid: number } & ServiceEnd): void {
    if (!this.#keepers.has(peer) || !isServiceEnd(end)) return
    this.#shimEnds.onEnded(pid, { code: end.code, signal: end.signal as NodeJS.Signals | null })
  }

  onKnocked(peer: ShimPeer, key: string): void {
    if (this.#keepers.get(peer)?.ports.has(key)) this.onKnock?.(key)
  }

  onUnlinked(peer: ShimPeer): void {
    const keeper = this.#keepers.get(peer)
    this.#keepers.delete(peer)
    if (this.#isDetached) return
    this.#shimEnds.onLost(peer)
    if (keeper) {
      const { pid, keys, ports } = keeper
      this.#seams.log.info('script', 'a keeper is gone', { pid })
      this.onLost?.(keeper)
      if (keys.size + ports.size > 0)
        this.#seams.tell({ type: 'keeper-lost', path: '', pid, kept: keys.size, sockets: ports.size })
    }
    for (const key of keeper?.keys ?? []) this.#watcher(key)?.onUnlinked()
  }

  /** Tells `watcher` about the script `key` until {@link forget}. */
  watch(key: string, watcher: Watcher): void {
    this.#scripts.set(key, watcher)
  }

  /** As {@link watch}, for a run of a service. */
  watchService(key: string, watcher: ServiceWatcher): void {
    this.#services.set(key, watcher)
  }

  forget(key: string): void {
    this.#scripts.delete(key)
    this.#services.delete(key)
  }

  /**
   * Begins a script. An order that was begun once never begins again, whichever keeper gets it: see begun.ts.
   * @throws {P8aError} if it cannot be begun; `timeout`, `pod_not_up`, `run_active` if that is not known: if a keeper
   * says later that it has begun, the watcher is told
   */
  async begin(order: ScriptOrder): Promise<{ pid: number }> {
    return await this.#begin(order, async ({ peer }) => await peer.request('begin', order))
  }

  /** As {@link begin}, for a run of a service, by the keeper that holds its sockets. @returns its process, and its keeper's */
  async beginService(order: ServiceOrder): Promise<{ pid: number; keeper: Identity | undefined }> {
    const { key, log, ports } = order
    return await this.#begin({ key, log: log.file, ports }, async ({ peer, pid }) => ({
      ...(await peer.request('beginService', order)),
      keeper: await this.#seams.processes.identify(pid),
    }))
  }

  /**
   * Asks the keeper that holds the sockets of a pod; where none does, the one that begins what is new.
   * @throws {P8aError} what it answers; `timeout`, `host_gone` if there can be none now
   */
  async askHolder<T>(key: string, ask: (keeper: Holder) => Promise<T>): Promise<T> {
    return await ask(this.holderOf(key) ?? this.#current() ?? (await this.#coming.get()))
  }

  /** The keeper that holds the sockets of a pod. */
  holderOf(key: string): Holder | undefined {
    return this.holdersOf(key)[0]
  }

  /** All of them: one that hung may come back after another has got them from a run. */
  holdersOf(key: string): Holder[] {
    return this.#holdersOf(key)
  }

  /** Whether that process is a keeper that has dialled. */
  isLinked(pid: number): boolean {
    return [...this.#keepers.values()].some(keeper => keeper.pid === pid)
  }

  /** The process that becomes the next keeper, with the sockets of its pods, if that one is gone. */
  async heirOf(keeper: Identity): Promise<Identity | undefined> {
    return await heirOf(keeper, this.#seams.paths.keepers)
  }

  /** Whether a keeper that is connected has the run. */
  keeps(key: string): boolean {
    return [...this.#keepers.values()].some(({ keys }) => keys.has(key))
  }

  /** Begins the process of a shim as a child of a keeper. @throws {P8aError} `start_failed`; what the system says */
  async beginShim({ peer }: Holder, order: ShimOrder): Promise<Spawned> {
    return await this.#shimEnds.watch(async () => {
      const { pid } = await peer.request('beginShim', order, { timeoutMs: this.#seams.settings.adoptTimeout })
      return (await this.#seams.processes.identify(pid)) ?? { pid, startTime: 'gone' }
    }, peer)
  }

  /**
   * Gives a service whose keeper is gone to another.
   * @param onChosen told which, before that one is asked: whether it answers or not, it may have the service from then on
   * @throws {P8aError} if there can be none now
   */
  async takeService(left: ServiceLeft, onChosen: (keeper: Identity | undefined) => Promise<void>): Promise<void> {
    const keeper = this.#current() ?? (await this.#coming.get())
    keeper.keys.add(left.key)
    await onChosen(await this.#seams.processes.identify(keeper.pid))
    await keeper.peer.request('takeService', left, { timeoutMs: this.#seams.settings.adoptTimeout })
  }

  /** Nothing is left of a service. @returns whether no keeper that is connected has any of its output any more */
  async releaseService(key: string): Promise<boolean> {
    const released = [...this.#keepers.values()].map(async ({ peer, keys }) => {
      keys.delete(key)
      try {
        await peer.request('releaseService', { key }, { timeoutMs: releaseMs })
        return true
      } catch (error) {
        // One that is gone has nothing any more, and an older one has never had it. One that hangs may.
        return (error as P8aError).code !== 'timeout'
      }
    })
    return !(await Promise.all(released)).includes(false)
  }

  async #begin<Begun extends { pid: number }>(
    order: { key: string; log: string; ports?: string | undefined },
    ask: (keeper: Keeper) => Promise<Begun>,
  ): Promise<Begun> {
    const { adoptTimeout } = this.#seams.settings
    for (let tries = 1; ; tries++) {
      const holder = order.ports === undefined ? undefined : this.#holdersOf(order.ports)[0]
      const keeper = holder ?? this.#current() ?? (await this.#coming.get())
      keeper.keys.add(order.key)
      await keeper.limited
      const begun = ask(keeper)
      try {
        return await within(adoptTimeout, begun)
      } catch (error) {
        if (error === tooLate) {
          begun.then(({ pid }) => this.#onKept(order.key, pid)).catch(() => keeper.keys.delete(order.key))
          this.#retire(keeper)
          throw new P8aError('timeout', `its keeper did not answer within ${adoptTimeout} ms`)
        }
        keeper.keys.delete(order.key)
        // The keeper ended without work just as this order came.
        const isGone = error instanceof P8aError && error.code === 'pod_not_up'
        if (!isGone || tries === 3 || (await mayHaveBegun(order.log))) throw error
      }
    }
  }

  /** If a keeper says later that it has begun the script, the script is ended: nobody wants it any more. */
  giveUp(key: string): void {
    this.#givenUp.add(key)
  }

  detach(): void {
    this.#isDetached = true
  }

  #holdersOf(key: string): Keeper[] {
    return [...this.#keepers.values()].filter(({ ports }) => ports.has(key))
  }

  #onKept(key: string, pid: number): void {
    const watcher = this.#givenUp.take(key) ? undefined : this.#watcher(key)
    if (watcher) watcher.onKept(pid)
    else void this.#givenUp.end(key, pid)
  }

  #watcher(key: string): Watcher | ServiceWatcher | undefined {
    return this.#scripts.get(key) ?? this.#services.get(key)
  }

  #tellOthers(keys: ReadonlySet<string>): void {
    const watchers = [...this.#scripts, ...this.#services]
    for (const [key, watcher] of watchers) if (!keys.has(key)) watcher.onNotKept()
  }

  /** The keeper begins nothing more, and ends once it keeps nothing. */
  #retire(keeper: Keeper): void {
    keeper.isRetired = true
    void keeper.peer.request('retire', {}).catch(() => {})
  }

  async #spawn(): Promise<void> {
    const pid = await spawnKeeper(this.#seams, { ticket: this.#ticket, isAlone: this.#keepers.size === 0 })
    this.#made.add(pid)
    this.#seams.log.info('script', 'a keeper was spawned', { pid })
  }

  #current(): Keeper | undefined {
    return [...this.#keepers.values()].find(({ isRetired }) => !isRetired)
  }
}

const tooLate = new Error('The time is up')

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = deadline(() => reject(tooLate), ms)
  return await Promise.race([work, promise]).finally(() => clearTimeout(timer))
}

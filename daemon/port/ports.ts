// The sockets of all pods: which are held, and by which keeper. A socket is there before the run that listens at it, and stays
// when that ends. Which pods want some, and when, is for others to say.

import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { monotonicMs } from '../../protocol/deadline.ts'
import type { PortsOrder, ShimOrder } from '../../protocol/keeper.ts'
import { addressText, type Port } from '../../protocol/listen.ts'
import type { PortStatus } from '../../protocol/words.ts'
import type { Holder, Keepers } from '../keeper/keepers.ts'
import { type PortsOfPod, readPorts, writePorts } from '../store/ports-file.ts'
import { isPassing } from '../store/state-file.ts'
import type { PodPaths } from '../system/paths.ts'
import type { Identity, Spawned } from '../system/process.ts'
import type { Seams } from '../system/seams.ts'
import { type Listen, type Owner, portsFor } from './wanted.ts'

/** How often to look for a keeper of an earlier host that has not dialled yet. */
const seekMs = 20
/** When to try again to let sockets be held that no keeper has: first, and at most. */
const holdAgainMs = 2000
const longestAgainMs = 30_000

/**
 * What came of asking the runs of a pod for their sockets: a keeper that has them is about to dial, or no run gives them, though there
 * are some, or there are none.
 */
export type Regained = 'begun' | 'refused' | 'none'

/** `onHeld`: its sockets were lost with their keeper, and are held anew, or, with a word why, are not. */
export type PortsWatcher = { onKnock(): void; onHeld(why?: string): void }

type Trying = { leaving?: number; againMs?: number }

export class Ports {
  #seams: Pick<Seams, 'settings' | 'processes' | 'log' | 'random'>
  #keepers: Keepers
  #pods = new Map<string, PortsOfPod>()
  /** Where the files are of those. */
  #folders = new Map<string, PodPaths>()
  /** What is done with the sockets of a pod is done one after the other. */
  #turns = new Map<string, Promise<unknown>>()
  /** Whom to tell that somebody has connected, by pod. */
  #watched = new Map<string, PortsWatcher>()
  /** By pod: the process that becomes its next keeper, if the one that is known is gone. */
  #heirs = new Map<string, Identity>()
  /** Pods whose sockets no keeper holds, which are looked after again in a while. */
  #unheld = new Set<string>()
  #isDetached = false
  /** Asks a run of the pod to begin a keeper that has its sockets. `leaving`: the number of a run that is about to end, and is none then. */
  regain: ((key: string, of: { order: PortsOrder; leaving: number | undefined }) => Promise<Regained>) | undefined
  /** Told when the first pod has sockets. */
  onFirst: (() => void) | undefined
  /** Told when a pod is gone, and no other has any. */
  onNone: (() => void) | undefined

  constructor(seams: Pick<Seams, 'settings' | 'processes' | 'log' | 'random'>, keepers: Keepers) {
    this.#seams = seams
    this.#keepers = keepers
    keepers.onKnock = key => this.#watched.get(key)?.onKnock()
    keepers.onDialled = keeper => void this.#letGo(keeper)
    keepers.onLost = ({ ports }) => void this.#keepAllUp([...ports])
  }

  /** Whether any pod has sockets. */
  get hasAny(): boolean {
    return [...this.#pods.values()].some(({ keeper }) => keeper !== undefined)
  }

  /** The sockets that are held for a pod. */
  of(key: string): readonly Port[] {
    const known = this.#pods.get(key)
    return known?.keeper ? known.ports : []
  }

  statusOf(key: string): PortStatus[] {
    return this.of(key).map(port => ({ ...port, address: addressText(port) }))
  }

  /**
   * Reads what an earlier host left of a pod.
   * @throws {P8aError} `state_broken` where the system does not let it be read: a keeper that nobody knows would let go of all it holds
   */
  async recover({ key, pod }: Owner): Promise<void> {
    const found = await readPorts(pod).catch(error => {
      if (isPassing(error)) throw error
      // Its ports are held anew when it is started; those that were chosen are lost.
      this.#seams.log.error('files', error.message, { pod: key })
      return undefined
    })
    if (!found) return
    if (found.keeper) this.#keepers.know(found.keeper.ticket)
    this.#pods.set(key, found)
    this.#folders.set(key, pod)
  }

  /** Sees to it that what an earlier host held is held. */
  async begin(): Promise<void> {
    await this.#keepAllUp([...this.#pods.keys()])
  }

  /**
   * Whether a pod could have these sockets.
   * @throws {P8aError} `port_taken`, with whoever has it; `start_failed` if nobody can listen there
   */
  async check(owner: Owner, listen: Listen): Promise<void> {
    await this.#inTurn(owner.key, async () => void (await this.#wanted(owner, listen)))
  }

  /** Opens the sockets of a pod, unless they are held already. @throws {P8aError} as {@link check} */
  async hold(owner: Owner, listen: Listen): Promise<readonly Port[]> {
    return await this.#inTurn(owner.key, () => this.#hold(owner, listen))
  }

  /**
   * Opens the sockets of a pod, and watches them: whoever connects waits, and `watcher` is told of the first one.
   * @throws {P8aError} as {@link check}
   */
  async watch(owner: Owner, listen: Listen, watcher: PortsWatcher): Promise<void> {
    await this.hold(owner, listen)
    this.#watched.set(owner.key, watcher)
    await this.#watch(owner.key)
  }

  unwatch({ key }: Pick<Owner, 'key'>): void {
    if (!this.#watched.delete(key)) return
    void this.#keepers
      .holderOf(key)
      ?.peer.request('unwatchPorts', { key }, this.#patience)
      .catch(() => {})
  }

  /** A pod is about to sleep: resolves once its sockets outlive their keeper without a run, or cannot now. */
  async cover(key: string): Promise<void> {
    // A keeper of before covers those that sleep by itself, a moment later.
    await this.#keepers
      .holderOf(key)
      ?.peer.request('coverPorts', { key }, this.#patience)
      .catch(() => {})
  }

  /** Closes the connections that wait for a pod. */
  async turnAway({ key }: Pick<Owner, 'key'>): Promise<void> {
    await this.#keepers.holderOf(key)?.peer.request('turnAway', { key }, this.#patience)
  }

  /** Nobody is to listen for that pod any more. @param isGone whether the pod is, too */
  async release({ key, pod }: Owner, { isGone }: { isGone: boolean }): Promise<void> {
    await this.#inTurn(key, async () => {
      const known = this.#pods.get(key)
      this.#watched.delete(key)
      if (!known) return
      // One that is about to dial would hold them on, and nobody else could listen there.
      await this.#awaitKeeper(key, known)
      for (const { peer, ports } of this.#keepers.holdersOf(key)) {
        ports.delete(key)
        await peer.request('releasePorts', { key }, this.#patience).catch(() => {})
      }
      const { keeper: _, ...rest } = known
      if (isGone) {
        this.#pods.delete(key)
        if (!this.hasAny) this.onNone?.()
        return
      }
      this.#pods.set(key, rest)
      // What is held by nobody is not taken from anybody if the next host believes that it is held.
      await writePorts(pod, rest).catch(error => this.#seams.log.warn('files', error.message, { pod: key }))
    })
  }

  /**
   * Resolves once a keeper holds what is held for a pod, or none can now. A run that ends before that may be the last that has the
   * sockets.
   * @param leaving the number of that run
   */
  async kept(key: string, leaving: number): Promise<void> {
    if (this.of(key).length > 0 && !this.#keepers.holderOf(key)) await this.#keepUp(key, { leaving })
  }

  /** Resolves once all is done that is under way with the sockets of a pod. */
  async settled(key: string): Promise<void> {
    await this.#inTurn(key, async () => {})
  }

  /** Begins the process of a shim that has the sockets of a pod. @throws {P8aError} `start_failed` */
  async beginRun(key: string, order: Omit<ShimOrder, 'ports'>): Promise<Spawned> {
    return await this.#keepers.askHolder(key, keeper => this.#keepers.beginShim(keeper, { ...order, ports: key }))
  }

  /** Begins the process of a shim that waits until it is given sockets. @throws {P8aError} `start_failed` */
  async beginSpare(order: Omit<ShimOrder, 'ports'>): Promise<Spawned> {
    return await this.#keepers.askHolder('', keeper => this.#keepers.beginShim(keeper, order))
  }

  /** Gives the sockets of a pod to a process that waits. @throws {P8aError} `start_failed` */
  async give(key: string, pid: number): Promise<void> {
    await this.#keepers.askHolder(key, ({ peer }) => peer.request('givePorts', { pid, key }, this.#patience))
  }

  detach(): void {
    this.#isDetached = true
  }

  /** A keeper that hangs is waited for so long, and no longer. */
  get #patience(): { timeoutMs: number } {
    return { timeoutMs: this.#seams.settings.adoptTimeout }
  }

  async #hold(owner: Owner, listen: Listen): Promise<readonly Port[]> {
    const { key, pod } = owner
    const known = this.#pods.get(key)
    await this.#awaitKeeper(key, known)
    // A run that is about to begin would listen there, so that nobody waits in vain.
    if (known?.keeper) await this.#regain(key, known).catch(() => {})
    const { ports, chosen } = await this.#wanted(owner, listen)
    this.#folders.set(key, pod)
    await this.#order(key, { v: 1, ports, chosen })
    return ports
  }

  async #watch(key: string): Promise<void> {
    const waitMs = this.#seams.settings.wakeWait
    await this.#keepers.holderOf(key)?.peer.request('watchPorts', { key, waitMs }, this.#patience)
  }

  /** Lets whoever holds those of the pod hold them, or else another keeper. */
  async #order(key: string, wanted: PortsOfPod): Promise<void> {
    const pod = this.#folders.get(key) as PodPaths
    const wasAny = this.hasAny
    await this.#keepers.askHolder(key, async ({ peer, pid, ports: held }) => {
      const identity = (await this.#seams.processes.identify(pid)) ?? { pid, startTime: 'gone' }
      const next: PortsOfPod = { ...wanted, keeper: { ticket: this.#keepers.ticket, ...identity } }
      if (held.has(key) && isDeepStrictEqual(next, this.#pods.get(key))) return
      // Saved first: a keeper whose ticket the next host does not know lets go of all that it holds.
      await writePorts(pod, next)
      const { ports } = next
      await peer.request('holdPorts', { key, ports }, this.#patience)
      held.add(key)
      this.#pods.set(key, next)
      this.#seams.log.info('port', 'held', { pod: key, addresses: ports.map(addressText) })
    })
    if (!wasAny) this.onFirst?.()
  }

  /** A keeper has dialled: what it holds for pods that are gone, or are not to be up, it would hold for ever. */
  async #letGo({ ports }: Holder): Promise<void> {
    for (const key of [...ports])
      await this.#inTurn(key, async () => {
        if (this.#isDetached) return
        for (const holder of this.#needless(key)) {
          holder.ports.delete(key)
          this.#seams.log.warn('port', 'a keeper holds sockets for it that nobody wants, and lets go of them', {
            pod: key,
            keeper: holder.pid,
          })
          await holder.peer.request('releasePorts', { key }, this.#patience).catch(() => {})
        }
      })
  }

  /**
   * The keepers that hold sockets of a pod in vain. One that hung until another had opened the same ports beside it has a queue of its own,
   * in which people would wait for ever. A path has one socket, which both of them have then: whoever lets go of it removes the path.
   */
  #needless(key: string): readonly Holder[] {
    const holders = this.#keepers.holdersOf(key)
    const { keeper, ports } = this.#pods.get(key) ?? {}
    if (!keeper) return holders
    const isThere = holders.some(({ pid }) => pid === keeper.pid)
    return isThere && !ports?.some(port => 'path' in port) ? holders.filter(({ pid }) => pid !== keeper.pid) : []
  }

  async #keepAllUp(keys: readonly string[]): Promise<void> {
    const heirs = new Map<string, Promise<Identity | undefined>>()
    const keepUp = async (key: string) => {
      const { keeper } = this.#pods.get(key) ?? {}
      if (!keeper) return
      const id = `${keeper.pid} ${keeper.startTime}`
      const found = heirs.get(id) ?? this.#keepers.heirOf(keeper)
      heirs.set(id, found)
      const heir = await found
      if (heir) this.#heirs.set(key, heir)
      await this.#keepUp(key).finally(() => this.#heirs.delete(key))
    }
    await Promise.all(keys.map(keepUp))
  }

  /**
   * Their keeper is gone, or may be: another one holds them, beside the processes that have them.
   * @param options.leaving the number of a run that is about to end; `againMs`: when to try again, if this does not come off
   */
  async #keepUp(key: string, { leaving, againMs = holdAgainMs }: Trying = {}): Promise<void> {
    await this.#inTurn(key, async () => {
      const known = this.#pods.get(key)
      if (!known?.keeper) return
      await this.#awaitKeeper(key, known)
      if (this.#isDetached || this.#keepers.holderOf(key)?.pid === known.keeper.pid) return
      const problem = await this.#heldAnew(key, known, leaving).catch(({ message }: Error) => message)
      const watcher = this.#watched.get(key)
      watcher?.onHeld(problem)
      if (problem !== undefined) return this.#keepUpLater(key, { problem, againMs })
      if (watcher) await this.#watch(key).catch(() => {})
    })
  }

  /** @returns why they are not held now */
  async #heldAnew(key: string, known: PortsOfPod, leaving: number | undefined): Promise<string | undefined> {
    if (!(await this.#regain(key, known, leaving))) return 'its runs have them, and give them to nobody now'
    await this.#order(key, known)
    return undefined
  }

  /** A run that has them may end before another one begins, and then nobody would have them. */
  #keepUpLater(key: string, { problem, againMs }: { problem: string; againMs: number }): void {
    if (this.#unheld.has(key)) return
    this.#unheld.add(key)
    if (againMs === holdAgainMs) this.#seams.log.warn('port', `no keeper holds its sockets: ${problem}`, { pod: key })
    const next = Math.min(2 * againMs, longestAgainMs)
    void delay(againMs, undefined, { ref: false }).then(() => {
      this.#unheld.delete(key)
      return this.#keepUp(key, { againMs: next })
    })
  }

  /**
   * Lets the runs that have the sockets of a pod begin a keeper for them, where none is there.
   * @returns whether one holds them now, or no run has them. If neither, whoever opens the same beside takes a part of those who
   * connect, and the runs that are there accept none of these
   * @throws an error of the system
   */
  async #regain(key: string, { ports }: PortsOfPod, leaving?: number): Promise<boolean> {
    if (this.#keepers.holderOf(key)) return true
    const regained = (await this.regain?.(key, { order: { key, ports: [...ports] }, leaving })) ?? 'none'
    if (regained === 'begun') await this.#awaitHolder(key, async () => true)
    return regained === 'none' || this.#keepers.holderOf(key) !== undefined
  }

  /** A keeper that is alive, or the process beside it that becomes the next one, is about to dial: another one would open the same ports beside it. */
  async #awaitKeeper(key: string, known: PortsOfPod | undefined): Promise<void> {
    const { keeper } = known ?? {}
    if (!keeper) return
    // One that has dialled, and does not have them, will not either.
    const isComing = async (one: Identity | undefined) =>
      one !== undefined &&
      !this.#keepers.isLinked(one.pid) &&
      (await this.#seams.processes.identify(one.pid).catch(() => one))?.startTime === one.startTime
    await this.#awaitHolder(key, async () => (await isComing(keeper)) || (await isComing(this.#heirs.get(key))))
  }

  async #awaitHolder(key: string, isThere: () => Promise<boolean>): Promise<void> {
    const giveUpAtMs = monotonicMs() + this.#seams.settings.adoptTimeout
    while (!this.#isDetached && !this.#keepers.holderOf(key) && monotonicMs() < giveUpAtMs && (await isThere()))
      await delay(seekMs)
  }

  async #wanted(owner: Owner, listen: Listen): Promise<Pick<PortsOfPod, 'ports' | 'chosen'>> {
    return await portsFor(owner, listen, { had: this.#pods, random: this.#seams.random })
  }

  async #inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(key)
    const turn = (before ?? Promise.resolve()).catch(() => {}).then(work)
    this.#turns.set(key, turn)
    return await turn.finally(() => {
      if (this.#turns.get(key) === turn) this.#turns.delete(key)
    })
  }
}

// Keeps processes that wait for a run: booted, connected, common modules loaded. A start that finds one saves the boot
// of Node. Spares belong to no pod, and end with the host.
import { rm } from 'node:fs/promises'
import { deadline } from '../../protocol/deadline.ts'
import type { Welcome } from '../../protocol/link.ts'
import { roomDelayMs } from '../lifecycle/backoff.ts'
import type { Spawned } from '../system/process.ts'
import type { ShimPeer } from '../system/shims.ts'
import { type Loading, type LoadingEvent, loadingMs, nextLoading } from './loading.ts'
import { Spare, type SpareNeeds, type Taking } from './spare.ts'

/** How long a start waits for a spare that boots. */
const leadMs = 1000
/** How long to keep one more spare after a start that found none. */
const burstMs = 60_000

export class Spares {
  #needs: SpareNeeds
  #isNeeded: () => boolean
  /** The spares that are not taken yet, in the order in which they were made. */
  #spares = new Set<Spare>()
  #lastNumber = 0
  #hits = 0
  #misses = 0
  /** How many in a row failed: the next one waits longer each time. */
  #failures = 0
  #isBurst = false
  #burstOver: NodeJS.Timeout | undefined
  #isMaking = false
  #isDetached = false
  #loading: Loading = new Map()
  /** Lets a refill look again that waits for what loads. */
  #look: (() => void) | undefined

  /** @param isNeeded whether any run can need one */
  constructor(needs: SpareNeeds, isNeeded: () => boolean = () => true) {
    this.#needs = needs
    this.#isNeeded = isNeeded
  }

  /** How many wait, and how many of the starts that could use one found one (`hits`) or none (`misses`). */
  get counts(): { ready: number; hits: number; misses: number } {
    const ready = this.#free().filter(({ isReady }) => isReady).length
    return { ready, hits: this.#hits, misses: this.#misses }
  }

  /** Removes what the spares of an earlier host left. */
  async open(): Promise<void> {
    const { paths, log } = this.#needs
    await rm(paths.spares, { recursive: true, force: true }).catch(error => {
      // The host does not need this: a few empty files are harmless.
      log.warn('spare', 'what earlier spares left could not be removed', { err: error })
    })
  }

  /** Makes as many as are wanted, one after the other, and never before a start that waits, or beside a run that loads. */
  async refill(): Promise<void> {
    if (this.#isMaking) return
    this.#isMaking = true
    while (this.#isWanting()) {
      await this.#rest()
      await this.#loaded()
      const leave = await this.#needs.startGate.enter({ when: 'idle' })
      // Meanwhile the host may have to end, or a burst may be over.
      const isReady = this.#isWanting() ? await this.#make() : true
      leave()
      if (!isReady) this.#failures += 1
    }
    this.#isMaking = false
  }

  /** The run that has taken a spare is up, or is not going to be. */
  onLoaded(ticket: string): void {
    if (this.#loading.has(ticket)) this.#happen({ type: 'loaded', ticket })
  }

  /** Makes no more. The waiting spares end when they notice that their host is gone. */
  detach(): void {
    this.#isDetached = true
  }

  /** The answer to a process that says hello, if it is a spare. */
  onHello(ticket: string, peer: ShimPeer): Welcome | undefined {
    const spare = [...this.#spares].find(spare => spare.ticket === ticket)
    if (!spare) return undefined
    spare.peer = peer
    return { do: 'wait', modules: this.#needs.settings.spareModules }
  }

  /** A spare has loaded its modules. */
  onReady(peer: ShimPeer): void {
    for (const spare of this.#spares) if (spare.peer === peer) spare.onLoaded()
  }

  /**
   * Makes a spare the process of a run.
   * @returns undefined if there is none, or if it cannot be used: then the run has to be spawned. It tries no second
   * spare: what prevented the first, such as logs on another disk, would mostly prevent it too
   */
  async take(taking: Taking): Promise<Spawned | undefined> {
    if (this.#needs.settings.spares === 0) return undefined
    const spare = this.#next()
    if (spare && (await this.#isReadySoon(spare)) && (await this.#handOver(spare, taking))) {
      this.#spares.delete(spare)
      this.#hits += 1
      this.#failures = 0
      this.#happen({ type: 'taken', ticket: taking.ticket })
      void this.refill()
      return spare.spawned
    }
    this.#misses += 1
    this.#onMissed()
    return undefined
  }

  /** A spare that boots is worth waiting for: it is ahead of a process that is spawned now. */
  async #isReadySoon(spare: Spare): Promise<boolean> {
    const isSoon = Promise.withResolvers<boolean>()
    const late = deadline(() => {
      // It may finish its boot for the next start.
      spare.isPromised = false
      isSoon.resolve(false)
    }, leadMs)
    return await Promise.race([spare.ready.promise, isSoon.promise]).finally(() => clearTimeout(late))
  }

  #onMissed(): void {
    this.#isBurst = true
    this.#happen({ type: 'missed' })
    void this.refill()
    clearTimeout(this.#burstOver)
    this.#burstOver = setTimeout(() => this.shrink(), burstMs).unref()
  }

  /** Ends those beyond what is wanted. */
  shrink(): void {
    this.#isBurst = false
    while (this.#free().length > this.#target()) {
      const spare = this.#next()
      if (spare) void spare.ready.promise.then(async () => await spare.kill())
    }
  }

  #free(): Spare[] {
    return [...this.#spares].filter(({ isPromised }) => !isPromised)
  }

  #next(): Spare | undefined {
    const [spare] = this.#free()
    if (spare) spare.isPromised = true
    return spare
  }

  async #handOver(spare: Spare, taking: Taking): Promise<boolean> {
    try {
      return await spare.handOver(taking)
    } catch (error) {
      // In any case the run is spawned.
      this.#failures += 1
      this.#needs.log.warn('spare', 'a spare could not be taken', { pid: spare.spawned?.identity.pid, err: error })
      await spare.kill()
      return false
    }
  }

  /** How many are wanted: one more for a while after a start that found none. */
  #target(): number {
    const { spares } = this.#needs.settings
    return spares === 0 || !this.#isNeeded() ? 0 : spares + (this.#isBurst ? 1 : 0)
  }

  #isWanting(): boolean {
    return !this.#isDetached && this.#free().length < this.#target()
  }

  #happen(event: LoadingEvent): void {
    this.#loading = nextLoading(this.#loading, event, this.#needs.clock.nowMs())
    this.#look?.()
  }

  /** Resolves once none loads that is worth waiting for. */
  async #loaded(): Promise<void> {
    for (;;) {
      const leftMs = loadingMs(this.#loading, this.#needs.clock.nowMs())
      if (leftMs === 0) return
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#look = resolve
      const late = deadline(resolve, leftMs).unref()
      await promise.finally(() => clearTimeout(late))
    }
  }

  /** Pauses, so that a spare that cannot be made, with a full disk or too little memory, is not tried without end. */
  async #rest(): Promise<void> {
    const restMs = roomDelayMs(this.#failures, this.#needs.random())
    if (restMs > 0) await new Promise<void>(resolve => setTimeout(resolve, restMs).unref())
  }

  /** @returns whether it became ready */
  async #make(): Promise<boolean> {
    const spare = new Spare(this.#needs, ++this.#lastNumber)
    this.#spares.add(spare)
    try {
      return await spare.boot(() => this.#onGone(spare))
    } catch (error) {
      this.#needs.log.warn('spare', 'a spare could not be made', { err: error })
      this.#onGone(spare)
      return false
    }
  }

  /** If the spare was taken, this is the end of a run, which other code handles. */
  #onGone(spare: Spare): void {
    spare.onGone()
    if (!this.#spares.delete(spare)) return
    // A spare that was ready and is suddenly gone counts as a failure.
    if (spare.isReady && !spare.isPromised) this.#failures += 1
    void spare.removeFiles()
    void this.refill()
  }
}

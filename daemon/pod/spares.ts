// Keeps processes that wait for a run: booted, connected, common modules loaded. A start that finds one is spared the
// boot of Node. They belong to no pod, and end with the host.
import { randomBytes } from 'node:crypto'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { linkEnv, type Welcome } from '../../protocol/link.ts'
import type { Context } from '../context.ts'
import type { Spawned } from '../process.ts'
import { baseEnvironment, type RunProcess, spawnShim } from './environment.ts'
import type { ShimPeer } from './live-run.ts'

/** How long a spare may take to boot, and to answer that it was taken. */
const bootMs = 10_000
const takeMs = 1000
/** How long one more spare is kept after a start that found none. */
const burstMs = 60_000
/** How long no spare is made after one that failed to boot. */
const failedMs = 10_000

/** What a spare is given when it is taken: from then on it is the process of the run with that ticket. */
export type Taking = Pick<RunProcess, 'env' | 'raw'> & { ticket: string }

type Spare = {
  ticket: string
  raw: RunProcess['raw']
  spawned: Spawned | undefined
  peer: ShimPeer | undefined
  /** A start waits for it, or it is to end. */
  isPromised: boolean
  /** Resolves to whether it has booted and loaded its modules. */
  loaded: PromiseWithResolvers<boolean>
  /** Resolves to whether it is there to be taken. */
  ready: PromiseWithResolvers<boolean>
}

export class Spares {
  #context: Omit<Context, 'spares'>
  /** Those that are no run yet, in the order they were made. */
  #spares = new Set<Spare>()
  #lastNumber = 0
  #hits = 0
  #misses = 0
  #missedAtMs = Number.NEGATIVE_INFINITY
  #burstOver: NodeJS.Timeout | undefined
  #isMaking = false
  #isDetached = false

  constructor(context: Omit<Context, 'spares'>) {
    this.#context = context
  }

  /** How many wait, and how many starts found one or none. */
  get counts(): { ready: number; hits: number; misses: number } {
    const ready = this.#free().filter(({ peer }) => peer !== undefined).length
    return { ready, hits: this.#hits, misses: this.#misses }
  }

  /** Takes away what spares of an earlier host left. */
  async open(): Promise<void> {
    const { spares } = this.#context.paths
    await rm(spares, { recursive: true, force: true })
    await mkdir(spares, { recursive: true, mode: 0o700 })
  }

  /** Makes as many as are wanted, one after another, and never in the way of a start that waits. */
  async refill(): Promise<void> {
    if (this.#isMaking) return
    this.#isMaking = true
    while (!this.#isDetached && this.#free().length < this.#target()) {
      const leave = await this.#context.startGate.enter({ when: 'idle' })
      const isReady = await this.#make().finally(leave)
      if (!isReady) await delay(failedMs, undefined, { ref: false })
    }
    this.#isMaking = false
  }

  /** Makes no more. Those that wait end when they find their host gone. */
  detach(): void {
    this.#isDetached = true
  }

  /** The answer to a process that says hello, if it is a spare. */
  onHello(ticket: string, peer: ShimPeer): Welcome | undefined {
    const spare = [...this.#spares].find(spare => spare.ticket === ticket)
    if (!spare) return undefined
    spare.peer = peer
    return { do: 'wait', modules: this.#context.settings.spareModules }
  }

  /** A spare has loaded its modules. */
  onReady(peer: ShimPeer): void {
    for (const spare of this.#spares) if (spare.peer === peer) spare.loaded.resolve(true)
  }

  /** Makes a spare the process of a run. @returns undefined where there is none: the run has to be spawned */
  async take(taking: Taking): Promise<Spawned | undefined> {
    if (this.#context.settings.spares === 0) return undefined
    for (let spare = this.#next(); spare; spare = this.#next()) {
      // One that boots is waited for: it has a lead on a process that is spawned now.
      const isTaken = (await spare.ready.promise) && (await this.#handOver(spare, taking))
      this.#spares.delete(spare)
      if (isTaken) {
        this.#hits += 1
        void this.refill()
        return spare.spawned
      }
    }
    this.#misses += 1
    this.#onMissed()
    return undefined
  }

  #onMissed(): void {
    this.#missedAtMs = this.#context.clock.nowMs()
    void this.refill()
    clearTimeout(this.#burstOver)
    this.#burstOver = setTimeout(() => this.#shrink(), burstMs).unref()
  }

  /** Ends the one that was more. */
  #shrink(): void {
    while (this.#free().length > this.#target()) {
      const spare = this.#next()
      if (spare) void this.#discard(spare)
    }
  }

  async #discard(spare: Spare): Promise<void> {
    await spare.ready.promise
    await this.#kill(spare)
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
    const { raw, peer, spawned } = spare
    try {
      await rename(raw.stdout, taking.raw.stdout)
      await rename(raw.stderr, taking.raw.stderr)
      await peer?.request('take', { ticket: taking.ticket, env: taking.env }, { timeoutMs: takeMs })
      return peer !== undefined
    } catch (error) {
      // It died meanwhile or hangs, or the logs lie on another disk. Whatever it is, the run is spawned anew.
      this.#context.log.warn('spare', 'a spare could not be taken', { pid: spawned?.identity.pid, err: error })
      await this.#kill(spare)
      return false
    }
  }

  /** How many are wanted: one more for a while after a start that found none. */
  #target(): number {
    const { settings, clock } = this.#context
    const isBurst = clock.nowMs() - this.#missedAtMs < burstMs
    return settings.spares === 0 ? 0 : settings.spares + (isBurst ? 1 : 0)
  }

  /** @returns whether it came to be ready */
  async #make(): Promise<boolean> {
    const spare = this.#newSpare()
    this.#spares.add(spare)
    const late = setTimeout(() => spare.loaded.resolve(false), bootMs).unref()
    try {
      spare.spawned = await this.#spawn(spare)
      void spare.spawned.exited.then(() => this.#onGone(spare))
      const isReady = await spare.loaded.promise
      if (!isReady) await this.#kill(spare)
      spare.ready.resolve(isReady)
      return isReady
    } catch (error) {
      this.#context.log.warn('spare', 'a spare could not be made', { err: error })
      this.#onGone(spare)
      return false
    } finally {
      clearTimeout(late)
    }
  }

  #newSpare(): Spare {
    const number = ++this.#lastNumber
    const { spares } = this.#context.paths
    return {
      ticket: randomBytes(24).toString('base64url'),
      raw: { stdout: join(spares, `${number}.stdout.raw`), stderr: join(spares, `${number}.stderr.raw`) },
      spawned: undefined,
      peer: undefined,
      isPromised: false,
      loaded: Promise.withResolvers<boolean>(),
      ready: Promise.withResolvers<boolean>(),
    }
  }

  async #spawn({ ticket, raw }: Spare): Promise<Spawned> {
    return await spawnShim(this.#context, {
      ticket,
      nodeFlags: [],
      env: { ...baseEnvironment(), [linkEnv.spare]: '1' },
      cwd: this.#context.paths.data,
      raw,
    })
  }

  async #kill({ spawned }: Spare): Promise<void> {
    if (spawned) await this.#context.processes.signalGroup(spawned.identity, 'SIGKILL').catch(() => {})
  }

  /** Of one that was taken this is the end of a run, which others see to. */
  #onGone(spare: Spare): void {
    spare.loaded.resolve(false)
    spare.ready.resolve(false)
    if (!this.#spares.delete(spare)) return
    void this.#removeRaw(spare)
    void this.refill()
  }

  async #removeRaw({ raw }: Spare): Promise<void> {
    // What cannot be removed is, with its folder, by the next host.
    await Promise.all([raw.stdout, raw.stderr].map(file => rm(file, { force: true }).catch(() => {})))
  }
}

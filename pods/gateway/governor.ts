// Does what the rules ask for: it reads their file whenever that changes, starts and stops pods with their hooks, and puts to sleep what
// has had nothing to do.
import { watch } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { Cron } from 'croner'
import type { P8a, PodStatus } from 'p8a'
import { runHooks } from './hooks.ts'
import type { Activity, Due, Lease, Registry } from './registry/registry.ts'
import { Rules } from './rules.ts'
import { type Event, parseRules } from './rules-file.ts'
import type { AllStats } from './stats.ts'
import { Turns } from './turns.ts'

/**
 * `pods`: as they are now. `stats`: what all runs have counted; undefined if one of them does not answer. `leads`: whether it is this run
 * that acts for all runs of this gateway. `leader`: lets the one that does wake a pod. `changed`: other rules are in force.
 */
export type Governed = {
  p8a: Pick<P8a, 'verbs' | 'log' | 'storage'>
  pods: ReadonlyMap<string, PodStatus>
  registry: Registry
  stats: () => Promise<AllStats | undefined>
  leads: () => boolean
  leader: { wake(name: string, signal: AbortSignal): Promise<void> }
  changed: () => void
}

/** How often to look whether another gateway has started a pod, or a pod that was away is there. */
const againMs = 100

/** How long a pod is waited for that has the pods that are to be woken, and ended a moment ago. */
const ownerMs = 10_000

/** A file that changes is read once it has been left alone for so long: it may be only half written before. */
const settleMs = 50

const mostOften = { leastMs: 250, mostMs: 10_000 }

export class Governor {
  #governed: Governed
  #rules = new Rules()
  #text: string | undefined
  #problem: string | undefined
  #pauses = new Map<string, { said: string; crons: Cron[] }>()
  #waking = new Map<string, Promise<void>>()
  /** Those that are being put to sleep. */
  #ending = new Set<string>()
  #turns = new Turns()
  #away: string | undefined
  #looking: NodeJS.Timeout | undefined

  constructor(governed: Governed) {
    this.#governed = governed
  }

  /** Those in force. */
  get rules(): Rules {
    return this.#rules
  }

  /** What is wrong with the file as it is now; the last good one is in force. */
  get problem(): string | undefined {
    return this.#problem
  }

  /**
   * Reads the rules, and again whenever they change, until the signal is aborted.
   * @throws {Error} line and reason, if they are wrong from the beginning
   */
  async follow(file: string, signal: AbortSignal): Promise<void> {
    const whole = resolve(this.#governed.p8a.storage, file)
    try {
      await this.#load(whole)
    } catch (error) {
      throw new Error(`${whole}: ${(error as Error).message}`)
    }
    // The folder is watched, since editors put another file in the place of the one that was there.
    let timer: NodeJS.Timeout | undefined
    watch(dirname(whole), { signal }, (_, name) => {
      if (name !== null && name !== basename(whole)) return
      clearTimeout(timer)
      timer = setTimeout(() => void this.#read(whole), settleMs).unref()
    })
  }

  /** To be called when there are other pods. */
  looked(): void {
    const { pods } = this.#governed
    if (this.#text === undefined) return
    this.#rules.keep(pods)
    const turns = this.#turns.look(pods)
    // One run of all does it.
    const isOurs = this.#governed.leads()
    if (isOurs) for (const { pod, turn } of turns) this.#told(pod, `after-${turn}`)
    for (const name of [...this.#pauses.keys()]) if (!isOurs || !pods.has(name)) this.#setPause(name, undefined)
    if (!isOurs) return
    for (const name of pods.keys()) this.#setPause(name, this.#rules.of(name).pause)
    this.#lookOften()
  }

  /** Lets a pod be up, with what it needs. @throws {Error} `hook_failed`, and as the verb */
  async wake(name: string, signal: AbortSignal): Promise<void> {
    const { pods, leads, leader } = this.#governed
    // What the host starts by itself is only waited for.
    if (pods.get(name)?.status !== 'idle') return await this.#up(name, signal)
    if (!leads() && this.#hasHooks(name)) return await leader.wake(name, signal)
    await this.wakeOnce(name, signal)
  }

  /** A start that is under way is joined, with its hooks. @throws {Error} as {@link wake} */
  async wakeOnce(name: string, signal: AbortSignal): Promise<void> {
    const waking = this.#waking.get(name) ?? this.#wake(name, signal).finally(() => this.#waking.delete(name))
    this.#waking.set(name, waking)
    await waking
  }

  async #wake(name: string, signal: AbortSignal): Promise<void> {
    const lease = await this.#leaseFor(name, signal)
    if (!lease) return await this.#up(name, signal)
    try {
      await this.#hook(name, 'before-start')
      this.#turns.expect(name, 'start')
      await this.#up(name, signal, lease.epoch)
    } catch (error) {
      this.#turns.forget(name)
      throw error
    } finally {
      void lease.release()
    }
    this.#told(name, 'after-start')
  }

  async #up(name: string, signal: AbortSignal, epoch?: number): Promise<void> {
    const needs = this.#rules.of(name).needs.map(need => this.#awake(need, { signal }))
    await Promise.all([...needs, this.#awake(name, { signal, epoch })])
  }

  /** A fleet pod that begins anew soon knows its pods again, and the ways to them. */
  async #awake(name: string, { signal, epoch }: { signal: AbortSignal; epoch?: number | undefined }): Promise<void> {
    const owner = name.slice(0, Math.max(0, name.lastIndexOf('.')))
    const endMs = performance.now() + ownerMs
    for (;;) {
      try {
        await this.#ask('wake', name, { signal, epoch })
        return
      } catch (error) {
        const isAway = (error as { code?: string }).code === 'host_gone'
        const isComing = this.#governed.pods.get(owner)?.want === 'up' && performance.now() < endMs
        if (!isAway || !isComing || signal.aborted) throw error
        await after(againMs, undefined, { signal })
      }
    }
  }

  /** Undefined once another gateway has begun to start it. */
  async #leaseFor(name: string, signal: AbortSignal): Promise<Lease | undefined> {
    const { pods, registry } = this.#governed
    while (pods.get(name)?.status === 'idle') {
      try {
        const lease = await registry.lease(name, pods.get(name)?.epoch ?? 0)
        if (lease) return lease
      } catch (error) {
        this.#tellAway(error as Error)
        return { epoch: undefined, release: async () => {} }
      }
      await after(againMs, undefined, { signal })
    }
    return undefined
  }

  #tellAway({ message }: Error): void {
    if (this.#away === message) return
    this.#away = message
    this.#governed.p8a.log('registry', `${message}; nothing is put to sleep`)
  }

  close(): void {
    for (const name of [...this.#pauses.keys()]) this.#setPause(name, undefined)
    clearTimeout(this.#looking)
  }

  async #read(file: string): Promise<void> {
    try {
      await this.#load(file)
    } catch (error) {
      const { message } = error as Error
      if (message === this.#problem) return
      this.#problem = message
      this.#governed.p8a.log('rules', `${message}; the last good ones stay in force`)
    }
  }

  /** @throws {Error} if it cannot be read, or is wrong: nothing changes then */
  async #load(file: string): Promise<void> {
    const text = await readFile(file, 'utf8')
    if (text === this.#text && this.#problem === undefined) return
    this.#rules = new Rules(parseRules(text))
    this.#text = text
    this.#problem = undefined
    this.#governed.p8a.log('rules', 'in force')
    this.looked()
    this.#governed.changed()
  }

  #setPause(
    name: string,
    pause: { stop: string; start?: string | undefined; zone?: string | undefined } | undefined,
  ): void {
    const said = JSON.stringify(pause)
    const before = this.#pauses.get(name)
    if (before?.said === said || (!before && !pause)) return
    for (const cron of before?.crons ?? []) cron.stop()
    this.#pauses.delete(name)
    if (!pause) return
    const options = pause.zone === undefined ? {} : { timezone: pause.zone }
    const crons = [new Cron(pause.stop, options, () => this.#end(name, 'stop'))]
    if (pause.start !== undefined) crons.push(new Cron(pause.start, options, () => this.#begin(name)))
    this.#pauses.set(name, { said, crons })
  }

  #lookOften(): void {
    if (this.#looking || !this.#governed.leads()) return
    const times = [...this.#governed.pods.keys()].flatMap(name => this.#rules.of(name).sleepMs ?? [])
    if (times.length === 0) return
    const everyMs = Math.max(mostOften.leastMs, Math.min(mostOften.mostMs, Math.min(...times) / 4))
    this.#looking = setTimeout(async () => {
      await this.#look().catch(error => this.#tellAway(error))
      this.#looking = undefined
      this.#lookOften()
    }, everyMs)
    this.#looking.unref()
  }

  async #look(): Promise<void> {
    const all = await this.#activities()
    if (!all) return
    const due = await this.#governed.registry.look(all)
    this.#away = undefined
    // Nobody waits for their hooks: what all others have had is still to be told meanwhile.
    for (const one of due) void this.#putToSleep(one)
  }

  /** Undefined while a run of the gateway does not say what it has counted: nothing is put to sleep then. */
  async #activities(): Promise<Activity[] | undefined> {
    const { pods, stats } = this.#governed
    const counted = await stats()
    if (!counted) return undefined
    return [...pods].flatMap(([pod, { status, epoch = 0 }]) => {
      const { sleepMs } = this.#rules.of(pod)
      if (sleepMs === undefined || status !== 'up') return []
      const { requests = 0, quiet = 0, open = 0, sockets = 0 } = counted.pods[pod] ?? {}
      return [{ pod, requests: requests - quiet, open: open + sockets, sleepMs, epoch }]
    })
  }

  async #putToSleep({ pod, lease }: Due): Promise<void> {
    const isDue = async () => {
      const activity = (await this.#activities())?.find(one => one.pod === pod)
      return activity !== undefined && (await this.#governed.registry.isDue(activity))
    }
    // A hook may take longer than the right to put it to sleep lasts.
    if (!this.#ending.has(pod)) {
      this.#ending.add(pod)
      await this.#end(pod, 'sleep', { epoch: lease.epoch, isDue })
      this.#ending.delete(pod)
    }
    await lease.release()
  }

  /** @param isDue asked once hooks were waited for: it may have been used meanwhile */
  async #end(
    name: string,
    verb: 'stop' | 'sleep',
    { epoch, isDue }: { epoch?: number | undefined; isDue?: () => Promise<boolean> } = {},
  ): Promise<void> {
    const { p8a, pods } = this.#governed
    if (pods.get(name)?.status === 'idle') return
    try {
      if (this.#rules.hooksOf(name, 'before-stop').length > 0) {
        await this.#hook(name, 'before-stop')
        if (isDue && !(await isDue())) return p8a.log('rules', `${name} is not put to sleep: it is used again`)
      }
      this.#turns.expect(name, 'stop')
      await this.#ask(verb, name, { epoch })
      await this.#hook(name, 'after-stop')
    } catch (error) {
      this.#turns.forget(name)
      p8a.log('rules', `${verb} of ${name}: ${(error as Error).message}`)
    }
  }

  async #begin(name: string): Promise<void> {
    await this.wake(name, new AbortController().signal).catch(error =>
      this.#governed.p8a.log('rules', `wake of ${name}: ${error.message}`),
    )
  }

  async #ask(
    verb: 'wake' | 'stop' | 'sleep',
    full: string,
    { signal, epoch }: { signal?: AbortSignal; epoch?: number | undefined } = {},
  ): Promise<unknown> {
    const at = full.lastIndexOf('.')
    const where = { signal, ...(at !== -1 && { path: full.slice(0, at) }) }
    const ask = this.#governed.p8a.verbs[verb]
    try {
      return await ask(full.slice(at + 1), { ...where, ...(epoch !== undefined && { epoch }) })
    } catch (error) {
      const { code } = error as { code?: string }
      // A host of before knows of no epochs. What has been put to sleep or woken since is up because it is wanted here.
      const isAsked = epoch !== undefined && (code === 'bad_params' || (verb === 'wake' && code === 'old_epoch'))
      if (!isAsked) throw error
      return await ask(full.slice(at + 1), where)
    }
  }

  #hasHooks(pod: string): boolean {
    return (['before-start', 'after-start'] as const).some(event => this.#rules.hooksOf(pod, event).length > 0)
  }

  /** Nobody waits for a hook after what has been done; how it ended is in the log. */
  #told(pod: string, event: Event): void {
    this.#hook(pod, event).catch(() => {})
  }

  async #hook(pod: string, event: Event): Promise<void> {
    const { p8a } = this.#governed
    const log = (text: string) => p8a.log('hook', text)
    await runHooks(this.#rules.hooksOf(pod, event), { pod, event, cwd: p8a.storage, log })
  }
}

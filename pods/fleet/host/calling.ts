// Calls a pod of the fleet wherever it is: here first, then at whichever host has the fewest calls of this one for each run. Another host is
// asked only where nobody has got the call. Where nobody has, and it is up on hosts that seem to be there, they are asked again for a while: the
// fleet pod of one may just be replaced.
import { setTimeout as delay } from 'node:timers/promises'
import type { P8a } from 'p8a'
import { BusError, type Engine } from '../port/ports.ts'
import type { Report } from '../records.ts'
import type { Answer } from '../stream/answer.ts'
import { whenOver } from '../stream/when-over.ts'
import { open } from './asking.ts'
import { callHere } from './call-here.ts'
import { fleetError, isUndelivered } from './errors.ts'
import type { Tables } from './tables.ts'

export type CallingOptions = {
  p8a: Pick<P8a, 'pod'>
  path: string
  host: string
  engine: Pick<Engine, 'bus'>
  tables: Pick<Tables, 'hostsWith' | 'pods'>
  isAlive: (host: string) => boolean
}

export type Called = { name: string; fn: string; args: unknown[]; timeoutMs: number; signal: AbortSignal }

/** With these nobody has begun it, unless it is said that somebody may have. */
const undone = ['fleet_unavailable', 'pod_not_up', 'pod_not_found']

/** For how long a call is tried again that nobody has got: longer than a host takes to be dead for the others, and its pods to be elsewhere. */
const patienceMs = 10_000
const againMs = 100

export class Calling {
  #options: CallingOptions
  /** How many calls are under way at each host. */
  #pending = new Map<string, number>()

  constructor(options: CallingOptions) {
    this.#options = options
  }

  /**
   * @throws what the pod throws; `pod_not_up` if it is up nowhere; `fleet_unavailable` if no host with it was reached for a while; `outcome_unknown`
   * if it may have been done
   */
  async call(called: Called): Promise<Answer> {
    const untilMs = performance.now() + called.timeoutMs
    const giveUpAtMs = performance.now() + Math.min(patienceMs, called.timeoutMs / 2)
    for (;;) {
      try {
        return await this.#once({ ...called, timeoutMs: untilMs - performance.now() })
      } catch (error) {
        if (!isUndelivered(error) || called.signal.aborted || performance.now() > giveUpAtMs) throw error
      }
      await delay(againMs, undefined, { signal: called.signal })
    }
  }

  /** Asks each host that has it until one has got it. */
  async #once(called: Called): Promise<Answer> {
    let last: unknown
    for (const at of this.#order(called.name)) {
      try {
        return await this.#at(at, called)
      } catch (error) {
        last = error
        const { code = '', message, facts } = error as Error & { code?: string; facts?: { delivered?: boolean } }
        // A run had it when it ended: another one would do it again.
        if (facts?.delivered === true) throw Object.assign(mayBeDone(called, message), { facts })
        if (!undone.includes(code)) throw error
      }
    }
    if (last !== undefined) throw last
    const notUp = fleetError('pod_not_up', `Cannot call pod "${called.name}": no run of it is up on any host`)
    throw this.#isMoving(called.name)
      ? Object.assign(notUp, { cause: new BusError('not_delivered', 'its host is silent') })
      : notUp
  }

  /** Whether its host has just fallen silent: it is up elsewhere in a moment, or there again. */
  #isMoving(pod: string): boolean {
    const { tables, host, isAlive } = this.#options
    if (tables.pods.get(pod)?.record.waits !== '') return false
    return tables.hostsWith(pod).some(({ name, pods }) => name !== host && takersOf(pods[pod]) > 0 && !isAlive(name))
  }

  /**
   * Here first; then the least busy, and any of those that are equally busy. Behind them those where it is just begun: where it is waked, whoever
   * calls it waits there, and else that host says at once that it is not up.
   */
  #order(pod: string): string[] {
    const { tables, host, isAlive } = this.#options
    return tables
      .hostsWith(pod)
      .map(({ name, pods }) => ({ name, up: takersOf(pods[pod]), isBegun: pods[pod]?.status === 'waiting' }))
      .filter(({ name, up, isBegun }) => (up > 0 || isBegun) && (name === host || isAlive(name)))
      .map(({ name, up }) => ({
        name,
        isUp: up > 0,
        isHere: name === host,
        busy: (this.#pending.get(name) ?? 0) / Math.max(1, up),
        by: Math.random(),
      }))
      .sort(
        (a, b) =>
          Number(b.isUp) - Number(a.isUp) || Number(b.isHere) - Number(a.isHere) || a.busy - b.busy || a.by - b.by,
      )
      .map(({ name }) => name)
  }

  async #at(at: string, called: Called): Promise<Answer> {
    const { p8a, path, host, engine } = this.#options
    const { timeoutMs, signal, ...params } = called
    this.#count(at, 1)
    let isStream = false
    try {
      const answer = await (at === host
        ? callHere(p8a, path, called)
        : open(engine.bus, at, { method: 'pod.call', params: { ...params, timeoutMs }, timeoutMs, signal }))
      if ('value' in answer) return answer
      isStream = true
      return { values: whenOver(answer.values, () => this.#count(at, -1)) }
    } finally {
      if (!isStream) this.#count(at, -1)
    }
  }

  #count(host: string, more: number): void {
    const count = (this.#pending.get(host) ?? 0) + more
    if (count > 0) this.#pending.set(host, count)
    else this.#pending.delete(host)
  }
}

/** Runs that take calls; a pod that sleeps is waked by one. */
const takersOf = (report: Report | undefined): number =>
  report?.up || Number(report?.isEnough === true || report?.asleepSince !== undefined)

const mayBeDone = ({ fn, name }: Called, why: string): Error =>
  fleetError(
    'outcome_unknown',
    `It is not known whether ${fn} of pod "${name}" was done: ${why}`,
    'Call it again only if it may be done twice',
  )

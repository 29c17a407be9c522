// Starts pods when their schedules say so. When each was looked at last is on disk, so that the next host knows what was missed
// while there was none.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import type { Schedule } from '../../protocol/config.ts'
import { mergeConfig } from '../../protocol/policy.ts'
import { parseState, putAside, readStateText, writeState } from '../store/state-file.ts'
import { timeSchema } from '../store/time.ts'
import type { Seams } from '../system/seams.ts'
import { nextTime } from './cron.ts'
import type { PodSupervisor } from './supervisor.ts'

/** The longest that is waited in one go: a machine that slept, or whose clock was set, is soon noticed. */
const mostWaitMs = 60_000

const stateSchema = v.strictObject({ v: v.literal(1), at: timeSchema, schedule: v.string() })

type Armed = { key: string; timer: NodeJS.Timeout | undefined; isWaiting: boolean }

/** An item of work for a worker, at its id: asked for twice, it is one item. */
export type DueItem = { name: string; fn: string; args: readonly unknown[]; id: string }

/** What it needs of the pods: a new generation of one that is no script, and an item for a worker. */
export type SchedulesOwner = {
  renew(name: string): Promise<void>
  enqueue(item: DueItem): Promise<void>
}

export class Schedules {
  #seams: Pick<Seams, 'paths' | 'clock' | 'log'>
  #owner: SchedulesOwner
  #armed = new Map<string, Armed>()
  #isDetached = false

  constructor(seams: Pick<Seams, 'paths' | 'clock' | 'log'>, owner: SchedulesOwner) {
    this.#seams = seams
    this.#owner = owner
  }

  /** Something of a pod may have changed: what its schedule is, or whether it is wanted. */
  look(supervisor: PodSupervisor): void {
    const schedule = this.#isDetached ? undefined : scheduleOf(supervisor)
    const key = schedule ? JSON.stringify(schedule) : ''
    if ((this.#armed.get(supervisor.name)?.key ?? '') === key) return
    this.forget(supervisor.name)
    supervisor.onScheduled(undefined)
    if (!schedule) {
      // What is due from now on is not missed.
      if (!this.#isDetached) void this.#forgetLast(supervisor)
      return
    }
    const armed: Armed = { key, timer: undefined, isWaiting: false }
    this.#armed.set(supervisor.name, armed)
    supervisor.onSchedule(this.#begin(supervisor, schedule, armed))
  }

  forget(name: string): void {
    clearTimeout(this.#armed.get(name)?.timer)
    this.#armed.delete(name)
  }

  detach(): void {
    this.#isDetached = true
    for (const name of [...this.#armed.keys()]) this.forget(name)
  }

  /** From when it was looked at last on, or from now. */
  async #begin(supervisor: PodSupervisor, schedule: Schedule, armed: Armed): Promise<void> {
    const { clock, log } = this.#seams
    const { name } = supervisor
    const now = clock.wallMs()
    try {
      const last = await this.#readLast(name, armed.key)
      if (last === undefined && this.#isArmed(supervisor, armed)) await this.#saveLast(name, now, armed.key)
      const from = last === undefined || schedule.missed === 'skip' ? now : Math.min(last, now)
      return await this.#arm(supervisor, schedule, { armed, fromMs: from })
    } catch (error) {
      // What is due from now on does not hang on what was missed.
      log.error('files', `The host does not know which starts the schedule missed: ${(error as Error).message}`, {
        pod: name,
      })
    }
    await this.#arm(supervisor, schedule, { armed, fromMs: now }).catch(error =>
      log.error('verb', `The schedule cannot be used: ${error.message}`, { pod: name }),
    )
  }

  async #arm(
    supervisor: PodSupervisor,
    schedule: Schedule,
    { armed, fromMs }: { armed: Armed; fromMs: number },
  ): Promise<void> {
    const dueMs = await nextTime(schedule, fromMs)
    if (!this.#isArmed(supervisor, armed)) return
    supervisor.onScheduled(dueMs === undefined ? undefined : new Date(dueMs).toISOString())
    if (dueMs === undefined) return
    const wait = () => {
      const leftMs = dueMs - this.#seams.clock.wallMs()
      const go = leftMs > 0 ? wait : () => void this.#onDue(supervisor, schedule, armed)
      armed.timer = setTimeout(go, Math.min(Math.max(0, leftMs), mostWaitMs)).unref()
    }
    wait()
  }

  /** However many times were missed, it is started once. */
  async #onDue(supervisor: PodSupervisor, schedule: Schedule, armed: Armed): Promise<void> {
    const { log, clock } = this.#seams
    const now = clock.wallMs()
    try {
      await this.#saveLast(supervisor.name, now, armed.key)
      if (!this.#isArmed(supervisor, armed)) return
      if (schedule.enqueue === undefined) void this.#start(supervisor, schedule, armed)
      else void this.#enqueue(supervisor.name, { fn: schedule.enqueue, args: schedule.args ?? [], atMs: now })
    } catch (error) {
      log.error('verb', 'the schedule could not start it', { pod: supervisor.name, err: error })
    }
    await this.#arm(supervisor, schedule, { armed, fromMs: now })
  }

  async #start(supervisor: PodSupervisor, { overlap = 'skip' }: Schedule, armed: Armed): Promise<void> {
    const { log } = this.#seams
    const { name } = supervisor
    if (supervisor.hasRuns && overlap !== 'parallel') {
      if (overlap === 'skip' || armed.isWaiting)
        return log.info('verb', 'the schedule skipped a start: the last run is still running', { pod: name })
      armed.isWaiting = true
      await supervisor.until(() => !supervisor.hasRuns)
      armed.isWaiting = false
      if (!this.#isArmed(supervisor, armed)) return
    }
    try {
      log.info('verb', 'start by schedule', { pod: name })
      await supervisor.keeping.startDue(() => this.#owner.renew(name))
    } catch (error) {
      log.error('verb', 'the schedule could not start it', { pod: name, err: error })
    }
  }

  /** Its id is that of the time, so that asking twice is one item. */
  async #enqueue(
    name: string,
    { fn, args, atMs }: { fn: string; args: readonly unknown[]; atMs: number },
  ): Promise<void> {
    const { log } = this.#seams
    try {
      await this.#owner.enqueue({ name, fn, args, id: `schedule-${new Date(atMs).toISOString()}` })
      log.info('verb', `enqueued by schedule: ${fn}`, { pod: name })
    } catch (error) {
      log.error('verb', 'the schedule could not enqueue', { pod: name, err: error })
    }
  }

  #isArmed(supervisor: PodSupervisor, armed: Armed): boolean {
    return this.#armed.get(supervisor.name) === armed && !this.#isDetached
  }

  #file(name: string): string {
    return join(this.#seams.paths.pod(name).dir, 'schedule.json')
  }

  async #readLast(name: string, key: string): Promise<number | undefined> {
    const file = this.#file(name)
    const text = await readStateText(file)
    if (text === undefined) return undefined
    try {
      const { at, schedule } = parseState(file, text, stateSchema)
      // That was another schedule, which it has no more.
      return schedule === key ? Date.parse(at) : undefined
    } catch (error) {
      const aside = await putAside(file, this.#seams.clock.wallMs())
      this.#seams.log.error('files', `${(error as Error).message}; it was renamed to ${aside}`, { pod: name })
      return undefined
    }
  }

  async #forgetLast(supervisor: PodSupervisor): Promise<void> {
    await rm(this.#file(supervisor.name), { force: true }).catch(error =>
      // Then what came due meanwhile is made up for, should it get the same schedule again.
      this.#seams.log.warn('files', `The time of the last start could not be saved: ${error.message}`, {
        pod: supervisor.name,
      }),
    )
  }

  async #saveLast(name: string, atMs: number, key: string): Promise<void> {
    await writeState(this.#file(name), { v: 1, at: new Date(atMs).toISOString(), schedule: key }, { durable: true })
  }
}

/** The schedule of a pod that is wanted. */
function scheduleOf({ inForce }: PodSupervisor): Schedule | undefined {
  if (inForce?.desired.want !== 'up') return undefined
  return mergeConfig(inForce.image.config, inForce.desired.config).schedule
}

// Holds runs to their limits: gives a process what the kernel keeps of them, and looks at what runs use, as long as there is one
// that has limits, or is a tenant's whose memory is bounded. What follows from what is seen is decided in lifecycle/bounds.ts and
// lifecycle/quota.ts.
import { boundsOf, type Limits } from '../../protocol/bounds.ts'
import { P8aError } from '../../protocol/errors.ts'
import { isWithin, splitPath } from '../../protocol/names.ts'
import { decideBounds, type Over, type Seen, storageSaid, type Used } from '../lifecycle/bounds.ts'
import { decideQuota, type Using } from '../lifecycle/quota.ts'
import { Cgroups } from '../system/cgroups.ts'
import { filesInMemory } from '../system/files-in-memory.ts'
import type { Identity } from '../system/process.ts'
import { type Listed, membersOf } from '../system/process-list.ts'
import type { Seams } from '../system/seams.ts'
import { type Controller, groupFiles, overIn } from './cgroup-plan.ts'
import { groupsNow, openGroups } from './groups.ts'
import { Quotas } from './quotas.ts'
import { StorageMeter } from './storage.ts'

/** `key`: path and id of the run. */
export type BoundRun = {
  key: string
  leader: Identity
  limits: Limits
  /** The folder of the storage of its pod. */
  storage: string
  /** No other run can come in its place. */
  isScript?: boolean
  /** In a sandbox or a container: files that lie in memory there count for it. */
  hasOwnMounts?: boolean
  onOver(over: Over): void
}

type Held = BoundRun & { seen: Seen; sessions: Set<number>; used?: Used; isKilled?: boolean }

export type BoundsSeams = Pick<Seams, 'log' | 'clock' | 'processes'> & {
  settings: Pick<Seams['settings'], 'limitInterval'>
}

/** How often what a run has started outside of its group is killed until nothing is left of it. */
const killRounds = 20

export class Bounds {
  #seams: BoundsSeams
  #quotas: Quotas
  #inFiles: typeof filesInMemory
  #storages = new StorageMeter()
  /** All runs whose process is known: a quota may come to hold for any of them. */
  #known = new Map<string, BoundRun>()
  #held = new Map<string, Held>()
  #timer: NodeJS.Timeout | undefined
  #isLooking = false

  constructor(seams: BoundsSeams, quotas = new Quotas(), inFiles = filesInMemory) {
    this.#seams = seams
    this.#quotas = quotas
    this.#inFiles = inFiles
    quotas.watch(() => {
      for (const run of this.#known.values()) this.#watch(run)
    })
  }

  /** Gives a live process, before it has its code, what the kernel keeps of its limits; then it is watched. */
  async hold(run: BoundRun): Promise<void> {
    const { key, leader, limits, isScript = false } = run
    this.know(run)
    const groups = await openGroups()
    if (groups instanceof Cgroups && isOfGroup(limits)) {
      const files = groupFiles(limits, groups.controllers as ReadonlySet<Controller>, { isScript })
      await groups.enter(key, leader.pid, files).catch(error => {
        this.#seams.log.error('run', 'it could not be put into a group of its own', { run: key, err: error })
      })
    }
    await this.#seams.processes.limit(leader, limits).catch(error => {
      this.#seams.log.error('run', 'its limits could not be set', { run: key, err: error })
    })
  }

  /** Watches a process that has its limits already; they may be other ones than before. */
  watch(run: BoundRun): void {
    this.know(run)
    const groups = groupsNow()
    if (!(groups instanceof Cgroups)) return
    const files = groupFiles(run.limits, groups.controllers as ReadonlySet<Controller>, {
      isScript: run.isScript ?? false,
    })
    void groups.set(run.key, files).catch(error => {
      this.#seams.log.error('run', 'its group could not be changed', { run: run.key, err: error })
    })
  }

  /** A process that needs none of its own is watched where a quota says so. */
  know(run: BoundRun): void {
    this.#known.set(run.key, run)
    this.#watch(run)
  }

  /** Whether the kernel killed a run that has ended, in words. */
  async overOf(key: string, limits: Limits): Promise<string | undefined> {
    const groups = groupsNow()
    if (!(groups instanceof Cgroups)) return undefined
    const [events, peak] = await Promise.all([groups.read(key, 'memory.events'), groups.read(key, 'memory.peak')])
    return overIn(events, peak, limits)
  }

  #watch(run: BoundRun): void {
    const { memory, memoryMax, processes, storage } = run.limits
    const isBounded = [memory, memoryMax, processes, storage].some(limit => limit !== undefined)
    if (!isBounded && !this.#quotas.over(pathOf(run.key)).some(({ bounds }) => bounds.memory !== undefined)) {
      this.#letGo(run.key)
      return
    }
    const before = this.#held.get(run.key)
    const isSame = before?.leader.pid === run.leader.pid && before.leader.startTime === run.leader.startTime
    this.#held.set(run.key, { seen: { often: 0 }, sessions: new Set(), ...(isSame && before), ...run })
    this.#arm()
  }

  /** A run is over, and nothing is left of it: its group goes too. */
  drop(key: string): void {
    const groups = groupsNow()
    if (groups instanceof Cgroups) void groups.leave(key)
    this.forget(key)
  }

  /** It is looked at no more; its group stays, with what that says of it. */
  forget(key: string): void {
    this.#known.delete(key)
    this.#letGo(key)
  }

  /** Refuses to begin a run where there was no room in the storage of its pod, and is none yet. @throws {P8aError} `start_failed` */
  async checkRoom(storage: string, limits: Limits | undefined): Promise<void> {
    const { storage: most } = limits ?? {}
    const bytes = most === undefined ? undefined : await this.#storages.stillOver(storage, most)
    if (most === undefined || bytes === undefined) return
    throw new P8aError('start_failed', `${storageSaid(most, bytes)}: it begins again once there is room in ${storage}`)
  }

  /** What the runs at a path and within use now, with all that they have started. */
  async memoryOf(path: string): Promise<number> {
    const all = await this.#seams.processes.list()
    const runs = [...this.#known.values()].filter(({ key }) => isWithin(path, pathOf(key)))
    const used = runs.map(run =>
      this.#memoryOf(run, membersOf(all, run.leader, new Set(this.#held.get(run.key)?.sessions))),
    )
    return used.reduce((sum, memory) => sum + memory, 0)
  }

  #memoryOf({ hasOwnMounts }: BoundRun, members: readonly Listed[]): number {
    const inFiles = hasOwnMounts ? this.#inFiles(members.map(({ pid }) => pid)) : 0
    return members.reduce((sum, { memory }) => sum + memory, inFiles)
  }

  /** A run has started that process in a session of its own, as no child of it: what is there counts for the run. */
  async includes(key: string, { pid, startTime }: Identity): Promise<void> {
    this.#held.get(key)?.sessions.add(pid)
    const known = this.#known.get(key)
    const groups = groupsNow()
    if (!known || !(groups instanceof Cgroups) || !isOfGroup(known.limits)) return
    const { limits, isScript = false } = known
    const files = groupFiles(limits, groups.controllers as ReadonlySet<Controller>, { isScript })
    for (const one of membersOf(await this.#seams.processes.list(), { pid, startTime })) {
      await groups.enter(key, one.pid, files).catch(error => {
        this.#seams.log.error('run', 'what is in its container could not be put into its group', {
          run: key,
          err: error,
        })
      })
    }
  }

  #letGo(key: string): void {
    this.#held.delete(key)
    if (this.#held.size === 0) this.detach()
  }

  /** What a run used when it was last looked at. */
  usedBy(key: string): Used | undefined {
    return this.#held.get(key)?.used
  }

  detach(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #arm(): void {
    this.#timer ??= setInterval(() => void this.look(), this.#seams.settings.limitInterval).unref()
  }

  /** Looks at all of them once. */
  async look(): Promise<void> {
    // On a machine that is very busy, one may take longer than it is to the next.
    if (this.#isLooking) return
    this.#isLooking = true
    try {
      const all = await this.#seams.processes.list()
      const using = [...this.#held.values()].flatMap(held => this.#lookAt(held, all))
      for (const [path, { memory }] of this.#quotas.all)
        if (memory !== undefined) this.#lookAtTenant({ path, most: memory }, using)
    } catch (error) {
      this.#seams.log.error('run', 'what runs use could not be seen', { err: error })
    } finally {
      this.#isLooking = false
    }
  }

  /** @returns what it uses, unless it is over, or is about to be */
  #lookAt(held: Held, all: readonly Listed[]): Using[] {
    const members = membersOf(all, held.leader, held.sessions)
    // Its end is on the way.
    if (members.length === 0 || held.isKilled) return []
    const { storage: most } = held.limits
    const storage = most === undefined ? undefined : this.#storages.bytesOf(held.storage)
    const memory = this.#memoryOf(held, members)
    const used = { memory, processes: members.length, ...(storage !== undefined && { storage }) }
    held.used = used
    const bounds = boundsOf(held.limits, { isScript: held.isScript ?? false })
    const [seen, over] = decideBounds(held.seen, used, { bounds, nowMs: this.#seams.clock.nowMs() })
    held.seen = seen
    if (over) this.#onOver(held, over)
    return held.isKilled ? [] : [{ key: held.key, memory: used.memory }]
  }

  #lookAtTenant(of: { path: string; most: number }, using: readonly Using[]): void {
    const runs = using.filter(({ key }) => isWithin(of.path, pathOf(key)))
    const { keys, said } = decideQuota(runs, of)
    for (const key of keys) this.#onOver(this.#held.get(key) as Held, { said, isHard: true })
  }

  #onOver(held: Held, over: Over): void {
    this.#seams.log.warn('run', over.said, { run: held.key })
    held.onOver(over)
    if (!over.isHard) return
    held.isKilled = true
    void this.#killAll(held)
  }

  /** Whoever has left its group would be missed by what ends a group, and one that forks is faster than one look. */
  async #killAll({ leader, sessions, key }: Held): Promise<void> {
    const { processes, log } = this.#seams
    try {
      await processes.signalGroup(leader, 'SIGSTOP')
      for (let round = 0; round < killRounds; round++) {
        const others = membersOf(await processes.list(), leader, sessions).filter(
          ({ session }) => session !== leader.pid,
        )
        if (others.length === 0) break
        for (const one of others) await processes.signal(one, 'SIGKILL')
      }
      await processes.signalGroup(leader, 'SIGKILL')
    } catch (error) {
      log.error('run', 'what is over its limits could not be killed', { run: key, err: error })
    }
  }
}

/** Whether the kernel holds any of them for a run as a whole. */
function isOfGroup({ memory, memoryMax, processes, cpu }: Limits): boolean {
  return [memory, memoryMax, processes, cpu].some(limit => limit !== undefined)
}

/** The path of the host that a run is on. */
function pathOf(key: string): string {
  return splitPath(key).path
}

// Places the pods of the fleet: every host may, the first in the order of their names at once, each other a little later, if it is still to be done.
// There is no leader to lose: compare-and-set lets one of them win. What follows from what is decided in decide/place.ts.
import { isDead, isLongGone, isRush, isSilent, type Times } from '../decide/alive.ts'
import { Loads } from '../decide/loads.ts'
import { type Hosts, type HostView, hostsOf, place } from '../decide/place.ts'
import type { Engine } from '../port/ports.ts'
import type { HostRecord, PodRecord } from '../records.ts'
import { changePod } from './change.ts'
import type { Fencing, Lost } from './fencing.ts'
import type { Known, Tables } from './tables.ts'

export type PlacingOptions = {
  engine: Engine
  fencing: Fencing
  tables: Tables
  host: string
  times: Times
  nowMs: () => number
}

/** How much later each next host does it. */
const laterMs = 700
/** How many pods are placed at once: each is a write that the engine has to acknowledge. */
const atOnce = 32

/** The hosts as they are seen here. */
export function viewsOf({ tables, times }: Pick<PlacingOptions, 'tables' | 'times'>): HostView[] {
  const { seen, untilMs: nowMs } = tables.sight
  return [...tables.hosts.values()].map(({ record }) => ({
    name: record.name,
    isAlive: !record.isFenced && !isDead(seen, record.name, { nowMs, deadMs: times.deadMs }),
    isSilent: record.isFenced || isSilent(seen, record.name, { nowMs, times }),
    isFenced: record.isFenced,
    isLost: record.isLost === true,
    duty: tables.duties.get(record.name) ?? 'active',
    tags: record.tags,
    memory: record.memory,
    pods: record.pods,
  }))
}

/** Why nothing is moved at present; empty: nothing hinders it. */
export function stillness(tables: Tables, views: readonly HostView[]): string {
  if (!tables.isSynced) return tables.away
  const [strange] = [...tables.unreadable].filter(key => key.startsWith('host.'))
  if (strange !== undefined)
    return `what host "${strange.slice('host.'.length)}" tells is of a newer p8a: this one places nothing until it is upgraded`
  const counted = views.filter(({ isLost }) => !isLost)
  const silent = counted.filter(({ isSilent }) => isSilent).length
  return counted.some(({ isAlive }) => !isAlive) && isRush(silent, counted.length)
    ? `${silent} of ${counted.length} hosts are gone at once: nothing is moved; those that are gone for good: pod fleet forget HOST`
    : ''
}

export class Placing {
  #options: PlacingOptions
  #isBusy = false
  /** Since when something is to be done. */
  #dueMs: number | undefined
  /** What was seen when nothing was to be done: until that is another, nothing is. */
  #settled = ''

  constructor(options: PlacingOptions) {
    this.#options = options
  }

  /** Looks whether something is to be placed, and does it when it is this host's turn. */
  async look(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    try {
      await this.#look()
    } finally {
      this.#isBusy = false
    }
  }

  async #look(): Promise<void> {
    const { tables, host, nowMs } = this.#options
    const views = viewsOf(this.#options)
    const alive = views.filter(({ isAlive }) => isAlive).map(({ name }) => name)
    const turn = alive.sort().indexOf(host)
    // A host that does not see itself does not see what the others do.
    const maySee = turn >= 0 && !tables.sight.isBlind && stillness(tables, views) === ''
    const seen = `${tables.changes} ${alive}`
    if (!maySee) {
      this.#dueMs = undefined
      return
    }
    const loads = new Lazy(() => new Loads([...tables.pods.values()].map(({ record }) => record)))
    const due = this.#settled === seen ? [] : this.#due(hostsOf(views), loads.value)
    const lost = this.#lost(views, loads)
    if (due.length === 0) this.#settled = seen
    if (due.length + lost.length === 0) {
      this.#dueMs = undefined
      return
    }
    this.#dueMs ??= nowMs()
    if (nowMs() - this.#dueMs < turn * laterMs) return
    for (let at = 0; at < due.length; at += atOnce) {
      const now = viewsOf(this.#options)
      if (stillness(tables, now) !== '') return
      const hosts = hostsOf(now)
      await Promise.all(due.slice(at, at + atOnce).map(async name => await this.#place(name, hosts, loads.value)))
    }
    for (const name of lost) await this.#declare(tables.hosts.get(name), { isLost: true })
  }

  /** Hosts of which nothing is left to move. */
  #lost(views: readonly HostView[], loads: Lazy<Loads>): string[] {
    const { tables, times } = this.#options
    const { seen, untilMs: nowMs } = tables.sight
    const isLong = (host: string) => isLongGone(seen, host, { nowMs, deadMs: times.deadMs })
    return views
      .filter(({ name, isAlive, isLost }) => !isAlive && !isLost && isLong(name) && !loads.value.has(name))
      .map(({ name }) => name)
  }

  #due(hosts: Hosts, loads: Loads): string[] {
    const all = [...this.#options.tables.pods.values()].map(({ record }) => record)
    const known = all.filter(({ name }) => !this.#options.tables.unreadable.has(`pod.${name}`))
    return known.filter(pod => changes(pod, place(pod, hosts, loads)).length > 0).map(({ name }) => name)
  }

  /** @param seen how hosts are at this moment; `loads`: of all pods, with those that were placed just now */
  async #place(name: string, seen: Hosts, loads: Loads): Promise<void> {
    const { engine, tables } = this.#options
    const record = tables.pods.get(name)?.record
    if (!record) return
    const fence = record.isExclusive ? place(record, seen, loads).fence : []
    for (const host of fence) await this.#declare(tables.hosts.get(host), {})
    const hosts = fence.length > 0 ? hostsOf(viewsOf(this.#options)) : seen
    await changePod(engine, name, now => {
      if (!now) return now
      const placed = place(now, hosts, loads)
      if (changes(now, placed).length === 0) return now
      const { assigned, waits, holder = now.holder } = placed
      const next = { ...now, assigned, waits, holder }
      loads.note(next)
      return next
    })
  }

  /** Declares a host dead, or gone for good, unless it has beaten meanwhile. */
  async #declare(known: Known<HostRecord> | undefined, more: Lost): Promise<void> {
    if (known && (!known.record.isFenced || more.isLost)) await this.#options.fencing.declareDead(known, more)
  }
}

/** What is different from how it is. */
function changes(now: PodRecord, placed: ReturnType<typeof place>): string[] {
  return [
    ...(sameCounts(now.assigned, placed.assigned) ? [] : ['assigned']),
    ...(now.waits === placed.waits ? [] : ['waits']),
    ...((placed.holder ?? now.holder) === now.holder ? [] : ['holder']),
    ...placed.fence,
  ]
}

function sameCounts(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): boolean {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every(name => a[name] === b[name])
}

/** A value that is worked out when it is first asked for. */
class Lazy<T> {
  #make: () => T
  #made: { value: T } | undefined

  constructor(make: () => T) {
    this.#make = make
  }

  get value(): T {
    this.#made ??= { value: this.#make() }
    return this.#made.value
  }
}

// Places the pods of the fleet: every host may, the first in the order of their names at once, each other a little later, if it is still to be done.
// There is no leader to lose: compare-and-set lets one of them win. What follows from what is decided in decide/place.ts.
import { isDead, isRush, type Times } from '../decide/alive.ts'
import { type HostView, place } from '../decide/place.ts'
import type { Engine } from '../port/ports.ts'
import { type HostRecord, type PodRecord, writeRecord } from '../records.ts'
import { changePod } from './change.ts'
import type { Known, Tables } from './tables.ts'

export type PlacingOptions = { engine: Engine; tables: Tables; host: string; times: Times; nowMs: () => number }

/** How much later each next host does it. */
const laterMs = 700

/** The hosts as they are seen here. */
export function viewsOf({ tables, nowMs, times }: Pick<PlacingOptions, 'tables' | 'nowMs' | 'times'>): HostView[] {
  return [...tables.hosts.values()].map(({ record }) => ({
    name: record.name,
    isAlive: !record.isFenced && !isDead(tables.seen, record.name, { nowMs: nowMs(), deadMs: times.deadMs }),
    isFenced: record.isFenced,
    duty: tables.duties.get(record.name) ?? 'active',
    tags: record.tags,
    memory: record.memory,
    pods: record.pods,
  }))
}

/** Why nothing is moved at present; empty: nothing hinders it. */
export function stillness(tables: Tables, views: readonly HostView[]): string {
  if (!tables.isSynced) return 'the engine is away'
  const dead = views.filter(({ isAlive }) => !isAlive).length
  return isRush(dead, views.length) ? `${dead} of ${views.length} hosts are gone at once: nothing is moved` : ''
}

export class Placing {
  #options: PlacingOptions
  #isBusy = false
  /** Since when something is to be done. */
  #dueMs: number | undefined

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
    const due = stillness(tables, views) === '' ? this.#due(views) : []
    if (due.length === 0) {
      this.#dueMs = undefined
      return
    }
    this.#dueMs ??= nowMs()
    const alive = views.filter(({ isAlive }) => isAlive).map(({ name }) => name)
    const turn = Math.max(0, alive.sort().indexOf(host))
    if (nowMs() - this.#dueMs < turn * laterMs) return
    for (const name of due) await this.#place(name)
  }

  #due(views: readonly HostView[]): string[] {
    const all = [...this.#options.tables.pods.values()].map(({ record }) => record)
    return all.filter(pod => changes(pod, place(pod, views, all)).length > 0).map(({ name }) => name)
  }

  async #place(name: string): Promise<void> {
    const { engine, tables } = this.#options
    const views = viewsOf(this.#options)
    if (stillness(tables, views) !== '') return
    const pods = () => [...tables.pods.values()].map(({ record }) => record)
    const record = tables.pods.get(name)?.record
    if (!record) return
    for (const host of place(record, views, pods()).fence) await this.#fence(tables.hosts.get(host))
    await changePod(engine, name, now => {
      if (!now) return now
      // What the tables say of the hosts may be a moment older than the record: it is decided anew with each change.
      const placed = place(now, viewsOf(this.#options), pods())
      if (changes(now, placed).length === 0) return now
      const { assigned, waits, holder = now.holder } = placed
      return { ...now, assigned, waits, holder }
    })
  }

  /** Declares a host dead, unless it has beaten meanwhile. */
  async #fence(known: Known<HostRecord> | undefined): Promise<void> {
    if (!known || known.record.isFenced) return
    const { state } = this.#options.engine
    await state.put(
      `host.${known.record.name}`,
      writeRecord('host', { ...known.record, pods: {}, isFenced: true }),
      known.rev,
    )
  }
}

/** What is different from how it is. */
function changes(now: PodRecord, placed: ReturnType<typeof place>): string[] {
  const same = (a: object, b: object) =>
    JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort())
  return [
    ...(same(now.assigned, placed.assigned) ? [] : ['assigned']),
    ...(now.waits === placed.waits ? [] : ['waits']),
    ...((placed.holder ?? now.holder) === now.holder ? [] : ['holder']),
    ...placed.fence,
  ]
}

// What this host knows of its fleet: a table of each kind of record, as the engine last told it. While the engine is away it stays as it is.
import type { Times } from '../decide/alive.ts'
import type { Rev, StateChange, StatePort } from '../port/ports.ts'
import {
  type Duty,
  type EngineRecord,
  type HostRecord,
  type PodRecord,
  type Report,
  readRecord,
  recordVersion,
  reportKey,
} from '../records.ts'
import { Sight } from './sight.ts'

export type Known<R> = { record: R; rev: Rev }

export class Tables {
  readonly pods = new Map<string, Known<PodRecord>>()
  readonly hosts = new Map<string, Known<HostRecord>>()
  readonly duties = new Map<string, Duty>()
  /** Keys of values that are of a newer version: what they say is not known, so what they are about is left alone. */
  readonly unreadable = new Set<string>()
  /** The id of the fleet that the engine has; an engine that was made anew has none. */
  fleet: string | undefined
  /** The servers of an engine of p8a's own. */
  engine: EngineRecord | undefined
  readonly sight: Sight
  /** Grows with all that is told but beats alone. */
  changes = 0
  /** All was told, and the engine is there. */
  isSynced = false
  /** All was told by the engine at least once: before that it is what was known last, if anything. */
  isTold = false
  /** Why the engine is not there. */
  away = 'it has not been reached yet'
  /** What each host tells of its pods: its record has the same object, as long as it has nothing of its own. */
  #reports = new Map<string, Record<string, Report>>()
  /** Which hosts have told of each pod by values of their own, and which tell of theirs in their beats, as older ones do. */
  #where = new Map<string, Set<string>>()
  #telling = new Set<string>()
  #listeners = new Set<(change: StateChange) => void>()
  /** In order; undefined where a pod was added or removed since. */
  #podNames: readonly string[] | undefined
  /** Keys that were told since the last `reset`. */
  #told: Set<string> | undefined

  /** @param own this host: without it, the others are seen as long as the engine is there */
  constructor(nowMs: () => number, own?: { host?: string; times?: Times }) {
    this.sight = new Sight(nowMs, own)
  }

  /** Goes on until the signal is aborted. */
  async follow(state: StatePort, signal: AbortSignal): Promise<void> {
    for await (const change of state.watch('', signal)) {
      this.#take(change)
      for (const listener of this.#listeners) listener(change)
    }
  }

  /** While the engine is away everybody is as they were: those who are not known may be there. */
  isAlive(host: string): boolean {
    const record = this.hosts.get(host)?.record
    return record ? !record.isFenced && !this.sight.isDead(host) : !this.isSynced
  }

  /** Of all pods, in order. */
  get podNames(): readonly string[] {
    this.#podNames ??= [...this.pods.keys()].sort()
    return this.#podNames
  }

  /** @returns what ends it */
  onChange(listener: (change: StateChange) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Resolves once the answer is something, or the signal is aborted. */
  async until<T>(ask: () => T | undefined, signal: AbortSignal): Promise<T | undefined> {
    const waiting = Promise.withResolvers<T | undefined>()
    const look = () => {
      const answer = ask()
      if (answer !== undefined) waiting.resolve(answer)
    }
    const onAbort = () => waiting.resolve(undefined)
    this.#listeners.add(look)
    signal.addEventListener('abort', onAbort)
    look()
    if (signal.aborted) onAbort()
    return await waiting.promise.finally(() => {
      this.#listeners.delete(look)
      signal.removeEventListener('abort', onAbort)
    })
  }

  /** The hosts that tell of a pod. */
  hostsWith(pod: string): HostRecord[] {
    const names = [...(this.#where.get(pod) ?? []), ...this.#telling]
    return [...new Set(names)].flatMap(name => {
      const record = this.hosts.get(name)?.record
      return record?.pods[pod] ? [record] : []
    })
  }

  /** What was known last, before the engine tells anything. @param value as the engine had it */
  recall(key: string, value: Uint8Array): void {
    this.#take({ t: 'set', key, value, rev: '' })
  }

  /** All that is known and can be read, by its key at the engine. */
  *values(): Generator<[key: string, value: object]> {
    if (this.fleet !== undefined) yield ['fleet', { v: recordVersion, id: this.fleet, atMs: 0 }]
    if (this.engine) yield ['engine', this.engine]
    for (const [name, duty] of this.duties) yield [`duty.${name}`, { v: recordVersion, duty }]
    for (const [name, { record }] of this.pods) yield [`pod.${name}`, record]
    for (const [name, { record }] of this.hosts)
      yield [`host.${name}`, this.#telling.has(name) ? record : { ...record, pods: {} }]
    for (const [host, reports] of this.#reports)
      for (const [pod, report] of Object.entries(reports)) yield [reportKey(host, pod), { v: recordVersion, report }]
  }

  /** What a host tells of its pods, also where its own record is not known. */
  reportsOf(host: string): Record<string, Report> {
    const reports = this.#reports.get(host) ?? (Object.create(null) as Record<string, Report>)
    this.#reports.set(host, reports)
    return reports
  }

  #take(change: StateChange): void {
    this.changes++
    if (change.t === 'stale') {
      this.isSynced = false
      this.away = change.why
      this.sight.away()
    }
    if (change.t === 'reset') this.#told = new Set()
    if (change.t === 'synced') this.#synced()
    if (change.t === 'del') this.#forget(change.key)
    if (change.t !== 'set') return
    this.#told?.add(change.key)
    const [kind = '', name = '', pod = ''] = change.key.split('.')
    const { value, rev } = change
    this.unreadable.delete(change.key)
    if (kind === 'fleet') this.fleet = readRecord('fleet', value)?.id
    if (kind === 'engine') this.engine = readRecord('engine', value) ?? this.engine
    if (kind === 'pod' && !this.pods.has(name)) this.#podNames = undefined
    if (kind === 'pod') this.#keep(this.pods, { change, name, record: readRecord('pod', value) })
    if (kind === 'duty') this.duties.set(name, readRecord('duty', value)?.duty ?? this.duties.get(name) ?? 'cordoned')
    if (kind === 'report') this.#report(name, pod, value)
    if (kind === 'host') {
      const before = this.hosts.get(name)?.record
      const record = this.#withReports(readRecord('host', value))
      this.#keep(this.hosts, { change, name, record })
      if (before && record && saidBy(before) === saidBy(record) && !this.#telling.has(name)) this.changes--
      this.sight.beat(name, rev)
    }
  }

  /** What was known of a record before it could not be read stays. */
  #keep<R>(
    table: Map<string, Known<R>>,
    { change: { key, rev }, name, record }: { change: { key: string; rev: Rev }; name: string; record: R | undefined },
  ): void {
    if (record) table.set(name, { record, rev })
    else this.unreadable.add(key)
  }

  #report(host: string, pod: string, value: Uint8Array): void {
    const report = readRecord('report', value)?.report
    if (!report) return
    this.reportsOf(host)[pod] = report
    const where = this.#where.get(pod) ?? new Set()
    this.#where.set(pod, where.add(host))
  }

  #withReports(record: HostRecord | undefined): HostRecord | undefined {
    if (!record) return undefined
    const isOld = Object.keys(record.pods).length > 0
    if (isOld) this.#telling.add(record.name)
    else this.#telling.delete(record.name)
    return isOld ? record : { ...record, pods: this.reportsOf(record.name) }
  }

  /** What was not told again is gone. */
  #synced(): void {
    const told = this.#told
    this.#told = undefined
    if (told) {
      if (!told.has('fleet')) this.fleet = undefined
      const kinds = [
        ['pod', this.pods],
        ['host', this.hosts],
        ['duty', this.duties],
      ] as const
      for (const [kind, table] of kinds)
        for (const name of [...table.keys()]) if (!told.has(`${kind}.${name}`)) this.#forget(`${kind}.${name}`)
      for (const key of this.unreadable) if (!told.has(key)) this.unreadable.delete(key)
      for (const [host, reports] of this.#reports)
        for (const pod of Object.keys(reports)) if (!told.has(reportKey(host, pod))) this.#forget(reportKey(host, pod))
    }
    this.sight.back()
    this.isSynced = true
    this.isTold = true
  }

  #forget(key: string): void {
    this.unreadable.delete(key)
    const [kind = '', name = '', pod = ''] = key.split('.')
    if (kind === 'pod' && this.pods.delete(name)) this.#podNames = undefined
    if (kind === 'report') {
      delete this.reportsOf(name)[pod]
      const where = this.#where.get(pod)
      where?.delete(name)
      if (where?.size === 0) this.#where.delete(pod)
    }
    if (kind === 'duty') this.duties.delete(name)
    if (kind !== 'host') return
    this.hosts.delete(name)
    this.#telling.delete(name)
    this.sight.forget(name)
  }
}

/** What a host says of itself in which nothing changes from beat to beat. */
const saidBy = ({ tags, memory, isFenced, isLost, session, p8a, direct }: HostRecord): string =>
  JSON.stringify([tags, memory, isFenced, isLost, session, p8a, direct])

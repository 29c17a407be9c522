// A fleet of many hosts in one process: a hub in the place of the engine, a clock that goes as fast as the machine lets it, and hosts that do no
// more than beat and tell how their pods are. Those that place are real: the tables and the placing of a fleet pod.
import { setImmediate as turn } from 'node:timers/promises'
import { defaultTimes } from '../../pods/fleet/decide/alive.ts'
import { EmbeddedEngine } from '../../pods/fleet/embedded/engine.ts'
import { Hub } from '../../pods/fleet/embedded/hub.ts'
import { directFencing } from '../../pods/fleet/host/fencing.ts'
import { Placing } from '../../pods/fleet/host/placing.ts'
import { Tables } from '../../pods/fleet/host/tables.ts'
import {
  type PodRecord,
  type Report,
  readRecord,
  recordVersion,
  reportKey,
  writeRecord,
} from '../../pods/fleet/records.ts'

/** How long a pod takes to be up where it was placed. */
const startMs = 300
/** How often a fleet pod looks whether something is due. */
const tickMs = 200
const image = {
  ...{ version: 1, blob: 'b'.repeat(64), hash: 'h'.repeat(64), size: 10_000, exports: ['who'], kind: 'service' },
  ...{ at: '2026-01-01T00:00:00.000Z', by: 'local', own: {} },
}

/** Of this process: how long it took by the clock says more of what else the machine does. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

export class SimulatedFleet {
  readonly hub = new Hub()
  readonly tables: Tables
  nowMs = 0
  /** Writes of those that place, and how much CPU their longest look took, in ms. */
  writes = 0
  longestLookMs = 0
  #names: string[]
  #dead = new Set<string>()
  #beats = new Map<string, number>()
  #starts: { atMs: number; pod: string }[] = []
  #placing: Placing
  #ending = new AbortController()

  constructor(names: string[]) {
    this.#names = names
    const nowMs = () => this.nowMs
    const engine = new EmbeddedEngine(this.hub)
    const { put } = engine.state
    engine.state.put = async (...args) => {
      this.writes++
      return await put(...args)
    }
    this.tables = new Tables(nowMs)
    // The first by name places; others only if it does not.
    this.#placing = new Placing({
      ...{ engine, fencing: directFencing(engine), tables: this.tables },
      ...{ host: names[0] ?? '', times: defaultTimes, nowMs },
    })
    this.hub.watchers.add(change => {
      if (change.t === 'set' && change.key.startsWith('pod.'))
        this.#starts.push({ atMs: this.nowMs + startMs, pod: change.key.slice('pod.'.length) })
    })
  }

  /** All hosts are there, and each has so many pods. */
  async begin(podsPerHost: number): Promise<void> {
    this.hub.set('fleet', writeRecord('fleet', { v: recordVersion, id: 'f', atMs: 0 }))
    for (const [at, host] of this.#names.entries()) {
      this.#beat(host)
      for (let pod = 0; pod < podsPerHost; pod++) this.#put(`pod-${at}-${pod}`, host)
    }
    await this.run(startMs + 100)
  }

  /** Reads all that there is, as a fleet pod does. */
  follow(): void {
    void this.tables.follow(new EmbeddedEngine(this.hub).state, this.#ending.signal)
  }

  kill(hosts: readonly string[]): void {
    for (const host of hosts) this.#dead.add(host)
  }

  /** Whether each pod is up on a host that lives. */
  get isWhole(): boolean {
    for (const { record } of this.tables.pods.values()) {
      const [host = ''] = Object.keys(record.assigned)
      if (this.#dead.has(host) || this.tables.hosts.get(host)?.record.pods[record.name] === undefined) return false
    }
    return true
  }

  /** Lets so much time go by. */
  async run(ms: number): Promise<void> {
    for (const endMs = this.nowMs + ms; this.nowMs < endMs; ) {
      this.nowMs += tickMs
      const tick = this.nowMs / tickMs
      const ticks = defaultTimes.beatMs / tickMs
      for (const [at, host] of this.#names.entries())
        if (!this.#dead.has(host) && at % ticks === tick % ticks) this.#beat(host)
      this.#report()
      await turn()
      const begunMs = cpuMs()
      await this.#placing.look()
      this.longestLookMs = Math.max(this.longestLookMs, cpuMs() - begunMs)
      await turn()
    }
  }

  end(): void {
    this.#ending.abort()
  }

  /** The largest value of each kind, in bytes. */
  largest(): Record<string, number> {
    const sizes: Record<string, number> = {}
    for (const [key, { value }] of this.hub.values) {
      const [kind = ''] = key.split('.')
      sizes[kind] = Math.max(sizes[kind] ?? 0, value.byteLength)
    }
    return sizes
  }

  #beat(name: string): void {
    const beat = (this.#beats.get(name) ?? 0) + 1
    this.#beats.set(name, beat)
    const self = {
      ...{ v: recordVersion, name, id: `${name}-4a0c6c1e-7f57-4d5e-8d37-2b1c`, session: '0123456789ab' },
      tags: ['gpu'],
    }
    const said = { beat, memory: 64 * 1024 ** 3, p8a: '0.1.0', atMs: 1_796_000_000_000 + this.nowMs, pods: {} }
    this.hub.set(`host.${name}`, writeRecord('host', { ...self, ...said, isFenced: false }))
  }

  #put(name: string, host: string): void {
    const record: PodRecord = {
      ...{ v: recordVersion, name, images: [image], want: 'up', turn: 1, how: 'restart', version: 1, params: {} },
      ...{ config: {}, scale: 1, tags: [], isPacked: false, isExclusive: false, memory: 0, assigned: { [host]: 1 } },
      ...{ holder: '', waits: '' },
    }
    this.hub.set(`pod.${name}`, writeRecord('pod', record))
  }

  #report(): void {
    const due = this.#starts.filter(({ atMs }) => atMs <= this.nowMs)
    if (due.length > 0) this.#starts = this.#starts.filter(({ atMs }) => atMs > this.nowMs)
    for (const { pod } of due) {
      const record = readRecord('pod', this.hub.values.get(`pod.${pod}`)?.value ?? Buffer.alloc(0))
      for (const host of Object.keys(record?.assigned ?? {}))
        if (!this.#dead.has(host))
          this.hub.set(reportKey(host, pod), writeRecord('report', { v: recordVersion, report: up(pod) }))
    }
  }
}

const up = (pod: string): Report => ({
  ...{ status: 'up', text: '', turn: 1, up: 1, version: 1, restarts: 0, failed: '' },
  runs: [{ id: `${pod}.1`, slot: 0, state: 'up', pid: 12_345, startedAt: '2026-01-01T00:00:00.000Z' }],
})

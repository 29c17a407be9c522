// What must be true at a quiet point, when nobody does anything any more: each promise by a look of its own.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { HostInfo, PodStatus, RunInfo } from '../../protocol/words.ts'
import { RunLines } from './lines.ts'
import type { Wanted } from './model.ts'
import { type Found, ours } from './processes.ts'
import type { ChaosPod, World } from './world.ts'

/** Longer than any backoff, stop timeout or check can take to come to its end. */
const settleMs = 60_000

type Seen = { info: HostInfo; pods: Map<string, PodStatus> }

export class Checks {
  #world: World
  #lines = new Map<string, RunLines>()
  /** Runs that were over and read to their ends. */
  #done = new Set<string>()
  linesFound = 0
  memory: number[] = []

  constructor(world: World) {
    this.#world = world
  }

  /** Waits until all is as wanted, then looks at everything. */
  async atQuietPoint(): Promise<void> {
    await this.#world.scripts.atQuietPoint()
    const seen = await this.#settled()
    if (!seen) return
    this.memory.push(seen.info.memory)
    for (const pod of this.#world.pods) this.#checkModel(pod, seen.pods.get(pod.name))
    this.#checkProcesses(seen)
    await this.#checkRestarts(seen)
    this.#checkLines()
    // What waited for a broken pod to be mended, since it might have been that pod's, the next host takes away.
    if (this.#filesLeft(seen).length > 0) {
      await this.#world.killHost()
      await this.#world.startHost()
    }
    for (const path of this.#filesLeft(seen)) this.#violated('file', `${path} is left over`)
    this.#world.wasDiskFull = false
    this.#world.didCallsFail = false
  }

  async #settled(): Promise<Seen | undefined> {
    const untilMs = performance.now() + settleMs
    for (;;) {
      const seen = await this.#look()
      const unsettled = this.#world.pods.filter(pod => !isSettled(pod, seen.pods.get(pod.name)))
      const sparesDiffer = seen.info.spares.ready < 1
      if (unsettled.length === 0 && !sparesDiffer) return seen
      if (performance.now() > untilMs) {
        for (const pod of unsettled)
          this.#violated(pod.name, `does not settle: ${JSON.stringify(seen.pods.get(pod.name))}`)
        if (sparesDiffer) this.#violated('host', 'has no spare')
        return seen
      }
      await delay(100)
    }
  }

  async #look(): Promise<Seen> {
    const client = await this.#world.host.client()
    try {
      const info = await client.call('host.info', {})
      const { pods } = await client.call('pod.list', {})
      return { info, pods: new Map(pods.map(pod => [pod.name, pod])) }
    } finally {
      client.close()
    }
  }

  /** What was answered is true. */
  #checkModel({ name, model, history }: ChaosPod, status: PodStatus | undefined): void {
    if (status?.problem !== undefined) this.#violated(name, `has a problem: ${status.problem}`)
    const complaint = model.onSeen(wantedOf(status))
    if (complaint) this.#violated(name, `${complaint}; ${history.join('; ')}`)
  }

  /** No pod runs twice, none is missing, nothing runs that nobody wants. */
  #checkProcesses({ info, pods }: Seen): void {
    const found = ours(this.#world.host.dir)
    const runs = new Map([...pods.values()].flatMap(pod => pod.runs.map(run => [run.pid, run.id] as const)))
    const spares: Found[] = []
    for (const process of found) {
      const { pid, group, command } = process
      const id = runs.get(pid)
      if (pid === info.pid || command.startsWith('p8a keeper')) continue
      if (id !== undefined) {
        const isBooting = !command.startsWith('pod ')
        if (!isBooting && command !== `pod ${id}`) this.#violated(id, `its process is ${command}`)
      } else if (runs.has(group) && pid !== group) {
        const pod = this.#world.pods.find(({ name }) => runs.get(group)?.startsWith(`${name}.`))
        if (!pod?.sort.hasChildren) this.#violated(`pid ${pid}`, `is a child that nobody made: ${command}`)
      } else if (command.includes('shim.cjs')) {
        spares.push(process)
      } else {
        // A run of a pod that crashes all the time may have come since the host was asked.
        const isRestless = this.#world.pods.some(
          ({ name, sort }) => sort.settles === 'restless' && command.includes(name),
        )
        if (!isRestless) this.#violated(`pid ${pid}`, `is left over: ${command}; ${this.#toldOf(group)}`)
      }
    }
    const pids = new Set(found.map(({ pid }) => pid))
    for (const [pid, id] of runs) {
      const isRestless = this.#world.pods.some(
        ({ name, sort }) => sort.settles === 'restless' && id.startsWith(`${name}.`),
      )
      if (!isRestless && (pid === undefined || !pids.has(pid))) this.#violated(id, `has no process, but should: ${pid}`)
    }
    const most = info.spares.ready + 2 + this.#world.pods.filter(({ sort }) => sort.settles === 'restless').length
    if (spares.length > most)
      this.#violated('host', `${spares.length} processes wait for a run, ${info.spares.ready} are ready`)
  }

  /** What the host's log says of a process, for whoever looks into a broken promise. */
  #toldOf(pid: number): string {
    const logs = join(this.#world.host.data, 'logs')
    const lines = ['host.log.1', 'host.log'].flatMap(file => (read(join(logs, file)) ?? '').split('\n'))
    const itself = lines.filter(line => line.includes(`"pid":${pid},`) || line.includes(`"pid":${pid}}`))
    const run = /"run":"[^"]+"/.exec(itself.join('\n'))?.[0]
    const told = run === undefined ? itself : lines.filter(line => line.includes(run))
    return told.slice(-12).join('\n  ')
  }

  /** Every death of a run that is wanted is one restart, and nothing else is one. */
  async #checkRestarts({ pods }: Seen): Promise<void> {
    const client = await this.#world.host.client()
    try {
      for (const pod of this.#world.pods) {
        const run = pods.get(pod.name)?.runs.find(({ slot, state }) => slot === 0 && state === 'up')
        const number = Number(run?.id.split('.').at(-1))
        if (run && pod.baseline && pod.sort.settles === 'up') {
          const { runs } = await client.call('pod.runs', { name: pod.name, limit: 100 })
          this.#checkCount(pod, { number, restarts: run.restarts }, runs)
        }
        pod.baseline = run && this.#world.chance.next() < 0.5 ? { run: number, restarts: run.restarts } : undefined
        pod.kills = 0
      }
    } finally {
      client.close()
    }
  }

  #checkCount({ name, baseline, kills }: ChaosPod, now: { number: number; restarts: number }, runs: RunInfo[]): void {
    if (!baseline) return
    const grown = now.restarts - baseline.restarts
    const isBetween = (id: string) => {
      const number = Number(id.split('.').at(-1))
      return number >= baseline.run && number < now.number
    }
    const ended = runs.filter(({ id, slot }) => slot === 0 && isBetween(id))
    this.#world.report.count('restart counts', 'compared')
    // An end that could not be saved has no record.
    const isExact = runs.length < 100 && !this.#world.wasDiskFull && !this.#world.didCallsFail
    if (grown < kills || (isExact && grown !== ended.length)) {
      const ends = ended.map(({ id, end }) => `${id} ${end?.reason} ${end?.message ?? ''}`).join(', ')
      this.#violated(
        name,
        `has ${grown} restarts after ${kills} kills and ${ended.length} ends (${ends}) of ${baseline.run} to ${now.number}`,
      )
    }
  }

  /** Every line that a pod printed is in its log exactly once and in order. */
  #checkLines(): void {
    const { host, told, wasDiskFull, wasEverFull } = this.#world
    for (const pod of this.#world.pods) {
      const { name } = pod
      // A pod that was removed and pushed again counts its runs from 1.
      if (pod.wasRemoved) this.#forget(name)
      pod.wasRemoved = false
      const folder = join(host.data, 'logs', name)
      const numbers = new Set(
        list(folder)
          .map(file => Number.parseInt(file, 10))
          .filter(Number.isInteger),
      )
      const newest = Math.max(...numbers)
      for (const number of numbers) {
        const id = `${name}.${number}`
        if (this.#done.has(id)) continue
        // Read before the log is: all of these must be there.
        const printed = Number(read(join(told, id)) ?? 0)
        const lines = this.#lines.get(id) ?? new RunLines(folder, number)
        this.#lines.set(id, lines)
        const before = lines.count
        lines.wasExposed ||= wasDiskFull
        const complaints = lines.read({ mayLose: wasEverFull })
        for (const complaint of complaints.slice(0, 3)) this.#violated(id, complaint)
        this.linesFound += lines.count - before
        const found = lines.last.get('line') ?? 0
        if (found < printed && !lines.wasExposed)
          this.#violated(id, `printed ${printed} lines, ${found} are in its log`)
        if (lines.unaccounted > 0 && !lines.wasExposed)
          this.#violated(id, `${lines.unaccounted} lines are missing and not told of`)
        if (number < newest && !existsSync(join(folder, `${number}.stdout.raw`))) {
          this.#done.add(id)
          this.#world.report.count('lines that a full disk took', 'told of', lines.confessed)
          this.#lines.delete(id)
        }
      }
    }
  }

  #forget(name: string): void {
    for (const id of [...this.#done, ...this.#lines.keys()]) {
      if (!id.startsWith(`${name}.`)) continue
      this.#done.delete(id)
      this.linesFound -= this.#lines.get(id)?.count ?? 0
      this.#lines.delete(id)
    }
    const { told } = this.#world
    for (const id of readdirSync(told)) if (id.startsWith(`${name}.`)) rmSync(join(told, id), { force: true })
  }

  /** No file is left over. */
  #filesLeft({ pods }: Seen): string[] {
    const { data } = this.#world.host
    const hashes = new Set<string>()
    const live = new Set<string>()
    for (const pod of pods.values()) {
      for (const run of pod.runs) live.add(`${pod.name}/${run.id.split('.').at(-1)}`)
      const desired = JSON.parse(read(join(data, 'pods', pod.name, 'pod.json')) ?? '{"images":[]}')
      for (const { hash } of desired.images) hashes.add(hash)
    }
    const restless = this.#world.pods.filter(({ sort }) => sort.settles === 'restless').map(({ name }) => name)
    const isLate = this.#world.didCallsFail || this.#world.wasDiskFull
    const left: string[] = []
    for (const entry of readdirSync(data, { recursive: true, withFileTypes: true })) {
      const path = relative(data, join(entry.parentPath, entry.name))
      if (entry.isDirectory() || isExpected(path, { hashes, live, pods })) continue
      // What could not be folded is tried again a little later.
      if (isLate && /\.raw(\.at)?$/.test(path)) continue
      if (restless.some(name => path.includes(`/${name}/`)) || path.startsWith('c/')) continue
      left.push(path)
    }
    return left
  }

  #violated(who: string, what: string): void {
    this.#world.report.violated(`${who}: ${what}`)
  }
}

function isSettled({ sort, model }: ChaosPod, status: PodStatus | undefined): boolean {
  if (!status) return model.possible.includes(undefined)
  if (status.want === 'idle') return status.status === 'idle' && status.runs.length === 0
  if (sort.settles === 'restless') return true
  if (sort.settles === 'error') return status.status === 'error' && status.runs.length === 0
  return status.status === 'up' && status.up === status.scale && status.runs.length === status.scale
}

function wantedOf(status: PodStatus | undefined): Wanted {
  if (!status) return undefined
  const { version, latest, want, scale, params } = status
  return { version, latest, want, scale, tag: params.tag ?? '' }
}

type Expected = { hashes: Set<string>; live: Set<string>; pods: Map<string, PodStatus> }

const HOST_FILES = [
  'host.json',
  'token',
  'host.sock',
  'link.sock',
  'audit.log',
  'audit.log.1',
  'logs/host.log',
  'logs/host.log.1',
  'logs/host.out',
  'logs/keeper.out',
]

function isExpected(path: string, { hashes, live, pods }: Expected): boolean {
  if (HOST_FILES.includes(path)) return true
  const image = /^images\/([0-9a-f]{64})\/(main(\.mjs(\.map)?)?|image\.json)$/.exec(path)
  if (image) return hashes.has(image[1] as string)
  const file = /^(pods|logs)\/([^/]+)\/(.+)$/.exec(path)
  if (file) {
    const [, , name, rest] = file as unknown as [string, string, string, string]
    if (!pods.has(name)) return false
    const raw = /^(\d+)\.std(?:out|err)\.raw(?:\.at)?$/.exec(rest)
    if (raw) return live.has(`${name}/${raw[1]}`)
    // What was garbled just before the host wrote it anew is kept aside for a person.
    return /^(pod\.json(\.broken-[^/]+)?|runs\/\d+\.(json|exit)|\d+\.log(\.\d+)?)$/.test(rest)
  }
  // Node's own cache of compiled code.
  if (/^compiled\/[^/]+\/[0-9a-f]+$/.test(path)) return true
  if (/^keepers\//.test(path)) return true
  return /^spares\/\d+\.std(out|err)\.raw$/.test(path)
}

function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : []
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

// A daemon's inside without its doors for clients: pods, hosts, link and verbs as they are, on a machine without processes. A
// start takes milliseconds. Not here: real processes, which the end-to-end tests have.

/** What is told of an upgrade, which does not come to anything. */
export const upgradeBegun = {
  id: 'next',
  from: '1.2.3',
  to: '1.2.4',
  at: '2026-11-20T10:00:00.000Z',
  outcome: 'under way',
} as const

import { existsSync, mkdirSync } from 'node:fs'
import { beginKept, type Kept, openKept } from '../../../daemon/boot/kept.ts'
import { Teardown } from '../../../daemon/boot/teardown.ts'
import { Events } from '../../../daemon/events/events.ts'
import { Journal } from '../../../daemon/events/journal.ts'
import { Sleeps } from '../../../daemon/events/sleeps.ts'
import { Hooks } from '../../../daemon/hooks/hooks.ts'
import { listenForShims } from '../../../daemon/link/links.ts'
import { Descriptors } from '../../../daemon/system/descriptors.ts'
import { Listeners } from '../../../daemon/system/listeners.ts'
import { dataPaths } from '../../../daemon/system/paths.ts'
import type { Seams } from '../../../daemon/system/seams.ts'
import { UserDoors } from '../../../daemon/system/user-doors.ts'
import { Verbs } from '../../../daemon/verbs/by-path.ts'
import { enqueuedBy } from '../../../daemon/verbs/due-item.ts'
import { parseParams } from '../../../daemon/verbs/params.ts'
import type { Caller, HostVerb } from '../../../daemon/verbs/verb.ts'
import { Watches } from '../../../daemon/watch/watches.ts'
import type { MethodInput, MethodResults } from '../../../protocol/methods.ts'
import { defaultSettings, type Settings } from '../../../protocol/settings.ts'
import type { PodStatus } from '../../../protocol/words.ts'
import { type Scratch, scratch } from '../../scratch.ts'
import { until } from '../../until.ts'
import { Machine } from './machine.ts'
import type { Shim } from './shim.ts'

export type InsideOptions = {
  settings?: Partial<Settings>
  /** What its clock on the wall shows, in milliseconds; without a word the machine's own. */
  wallMs?: () => number
  /** The data and the machine of a host that was before. */
  after?: Inside
}

/** What it leaves is gone at the end of this process, even if it still wrote into it after it was removed. */
const used = new Set<Scratch>()
process.once('exit', () => {
  for (const at of used) at[Symbol.dispose]()
})

export class Inside implements AsyncDisposable {
  readonly seams: Seams
  readonly kept: Kept
  readonly verbs: Verbs
  readonly journal: Journal
  readonly machine: Machine
  /** What its log says. */
  readonly said: string[]
  readonly at: Scratch
  isStopped = false
  /** An upgrade of which nobody knows yet how it ends; none by default. */
  settled: Promise<void> = Promise.resolve()
  #teardown: Teardown

  private constructor(made: {
    seams: Seams
    kept: Kept
    machine: Machine
    said: string[]
    at: Scratch
    teardown: Teardown
    events: Events
    hooks: Hooks
  }) {
    this.seams = made.seams
    this.journal = made.events.journal
    this.kept = made.kept
    this.machine = made.machine
    this.said = made.said
    this.at = made.at
    this.#teardown = made.teardown
    const { hosts, spares, ports, bounds } = made.kept
    this.verbs = new Verbs(hosts, {
      id: 'inside',
      version: '1.2.3',
      startedAt: '2026-11-20T10:00:00.000Z',
      startedWith: {},
      hosts,
      doors: () => ({ addresses: [] }),
      spares: () => spares.counts,
      usage: { everyMs: 30_000, of: () => [], last: () => [], isElsewhere: () => false },
      metrics: async () => ({ type: 'text/plain', text: '' }),
      vitals: { lagOf: async () => new Map() },
      ports,
      bounds,
      journal: made.events.journal,
      sleeps: new Sleeps(made.events.journal),
      hooks: made.hooks,
      watch: async asked => await watches.open(asked),
      settled: async () => await this.settled,
      stop: () => {
        this.isStopped = true
      },
      upgrade: {
        last: undefined,
        begin: async ({ folder }) => ({ ...upgradeBegun, folder }),
      },
    })
    const watches = new Watches(hosts, this.verbs)
    made.kept.onEnqueue(enqueuedBy(this.verbs))
  }

  static async open({ settings = {}, wallMs = Date.now, after }: InsideOptions = {}): Promise<Inside> {
    const at = after?.at ?? scratch()
    used.add(at)
    const machine = after?.machine ?? new Machine()
    const said: string[] = []
    const keep = (_: string, message: string) => void said.push(message)
    const paths = dataPaths(at.dir)
    for (const folder of [paths.pods, paths.images, paths.logs, paths.calls]) mkdirSync(folder, { recursive: true })
    const tellTo: { events?: Events } = {}
    const seams: Seams = {
      paths,
      settings: { ...defaultSettings, spares: 0, ...settings },
      log: { info: keep, warn: keep, error: keep, close: () => {} } as Seams['log'],
      clock: { nowMs: () => performance.now(), wallMs },
      processes: machine.processes,
      boot: 'this-boot',
      shim: { node: 'node', file: 'shim.cjs' },
      descriptors: new Descriptors({ limit: Number.POSITIVE_INFINITY, kept: 0, nowMs: () => 0 }),
      userDoors: new UserDoors(),
      tell: event => tellTo.events?.tell(event),
      random: () => 0.5,
    }
    const teardown = new Teardown(error => said.push(String(error)))
    const kept = await openKept(seams, teardown, { softFiles: undefined }).catch(async error => {
      await teardown.disposeAsync()
      throw error
    })
    const journal = await Journal.open({ ...seams, folder: paths.events })
    const events = new Events(journal, kept.hosts)
    teardown.defer(() => events.detach())
    tellTo.events = events
    const hooks = await Hooks.open({ ...seams, journal, id: 'inside', version: '1.2.3', doors: () => [] })
    teardown.defer(async () => await hooks.detach())
    const host = new Inside({ seams, kept, machine, said, at, teardown, events, hooks })
    const askAsPod = async () => await Promise.reject(new Error('nothing is asked of the whole host here'))
    teardown.defer(await listenForShims({ ...kept, verbs: host.verbs, askAsPod, listeners: new Listeners() }))
    await events.begin({ pid: 4711, version: '1.2.3' })
    await hooks.begin()
    await beginKept(kept)
    return host
  }

  /** Does a verb as a client of the whole host does. */
  async do<M extends HostVerb>(
    method: M,
    params: MethodInput<M>,
    caller: Partial<Caller<M>> = {},
  ): Promise<MethodResults[M]> {
    const signal = new AbortController().signal
    const by = { name: 'local', role: 'admin', path: '' } as const
    return await this.verbs.do(method, parseParams(method, params), { signal, by, ...caller })
  }

  /** Pushes a service that exports these names beside its default. */
  async push(name: string, { exports = [], code = '' }: { exports?: string[]; code?: string } = {}): Promise<void> {
    const named = exports.map(each => `export const ${each} = () => {}\n`).join('')
    await this.do('pod.push', { name, code: `export default () => {}\n${named}${code}` })
  }

  /** Starts `pod`, pushed where it is new, whose first run mounts the host `path` and answers these verbs itself by its functions. */
  async mount(
    path: string,
    { pod = path, handles = [], others }: { pod?: string; handles?: string[]; others?: 'refuse' } = {},
  ): Promise<Shim> {
    if (!this.kept.root.pods.find(pod)) await this.push(pod)
    if ((await this.status(pod)).status !== 'up') await this.do('pod.start', { name: pod })
    const shim = this.machine.shimOf((await this.status(pod)).runs[0]?.id ?? '')
    await shim.mount(path, handles, { others })
    return shim
  }

  async status(name: string): Promise<PodStatus> {
    return await this.do('pod.status', { name })
  }

  async becomes(name: string, status: PodStatus['status']): Promise<PodStatus> {
    return await until(
      async () => {
        const now = await this.status(name)
        return now.status === status && now
      },
      `${name} is ${status}`,
      { everyMs: 2 },
    )
  }

  /** It goes, as a daemon does: processes and files stay. */
  async leave(): Promise<void> {
    await this.#teardown.disposeAsync()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave()
    this.machine.endAll()
    // What was being saved when it left is written all the same: gone is what two looks find gone.
    let looks = 0
    await until(
      () => {
        looks = existsSync(this.at.dir) ? 0 : looks + 1
        this.at[Symbol.dispose]()
        return looks === 2
      },
      'its files are gone',
      { everyMs: 10 },
    )
  }
}

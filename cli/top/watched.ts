// A host that is looked at for long: its pods, by `host.watch`, and what they use, also over the end of that host. It shows
// nothing.
import { setTimeout as delay } from 'node:timers/promises'
import { takeIn } from '../../protocol/changes.ts'
import { P8aError } from '../../protocol/errors.ts'
import { fullName } from '../../protocol/pod-order.ts'
import type { PodStatus } from '../../protocol/words.ts'
import type { Reach, RemoteHost } from '../remote/remote-host.ts'
import type { Remote } from '../remote/remotes.ts'
import { Session } from '../remote/session.ts'
import type { Link, Used } from './state.ts'

/** How often usage is asked for at most, and how much of the time may go into that. */
const leastUsageMs = 2000
const usageShare = 20
/** More hosts than these are not asked each. */
const mostHosts = 10
/** How long to wait if a watch ended while its host is there: a host that a pod makes may be down. */
const againMs = 250

type Options = {
  remote: Remote
  reach: Reach
  signal: AbortSignal
  /** Whether the hosts within are looked at too. */
  within: boolean
  /** Whether what pods use is wanted. */
  usage: boolean
  onChange: (watched: Watched) => void
}

export class Watched {
  /** By full name. */
  readonly pods = new Map<string, PodStatus>()
  usage: ReadonlyMap<string, Used> = new Map()
  /** Whether they are told already. */
  isKnown = false
  #runs = new Map<string, Used>()
  link: Link = { is: 'live' }
  readonly session: Session
  #options: Options

  private constructor(session: Session, options: Options) {
    this.session = session
    this.#options = options
    session.onLost = () => {
      if (this.link.is === 'live') this.link = { is: 'lost', sinceMs: Date.now() }
      options.onChange(this)
    }
  }

  /** @throws {P8aError} if the host is not there to begin with */
  static async open(options: Options): Promise<Watched> {
    const { remote, reach, signal } = options
    const session = await Session.open({ remote, reach, signal, tell: () => {} })
    return new Watched(session, options)
  }

  /** Looks until the signal is aborted. @throws {P8aError} what no further try cures */
  async run(): Promise<void> {
    const { signal, usage } = this.#options
    const ending = new AbortController()
    const both = AbortSignal.any([signal, ending.signal])
    try {
      await Promise.all([this.#watch(both), usage && this.#lookAtUsage(both)])
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      ending.abort()
      this.session.close()
    }
  }

  /** A pod as `pod.list` would tell of it now: with how long its runs are up, and what they use. */
  now(pod: PodStatus): PodStatus {
    const nowMs = Date.now()
    const runs = pod.runs.map(run => ({
      ...run,
      ...(run.upAt === undefined ? {} : { uptimeMs: Math.max(0, nowMs - Date.parse(run.upAt)) }),
      ...this.#runs.get(keyOf(pod, run.id)),
    }))
    return { ...pod, runs }
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { within, remote } = this.#options
    const { path } = remote
    await this.session.lasting(async host => {
      try {
        for await (const changes of host.client.changes({ path, within }, { signal })) {
          for (const change of changes) takeIn(this.pods, change, fullName)
          this.isKnown = true
          this.link = { is: 'live' }
          this.#options.onChange(this)
        }
      } catch (error) {
        await delay(againMs, undefined, { signal }).catch(() => {})
        throw error
      }
      if (!signal.aborted) throw new P8aError('host_gone', 'The host ended the watch')
    })
  }

  async #lookAtUsage(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const beganAtMs = performance.now()
      await this.session.lasting(host => this.#measure(host))
      const tookMs = performance.now() - beganAtMs
      await delay(Math.max(leastUsageMs, tookMs * usageShare), undefined, { signal }).catch(() => {})
    }
  }

  async #measure(host: RemoteHost): Promise<void> {
    const { path: top } = this.#options.remote
    const paths = new Set([top, ...[...this.pods.values()].map(({ path }) => path)])
    if (paths.size > mostHosts) {
      // What a fleet uses elsewhere is known to the pod that makes it, which is called as its host is.
      const makers = [...paths].filter(path => path !== top && this.pods.has(path)).slice(0, mostHosts)
      const told = await Promise.all([
        host.client.call('pod.usage', { path: top, last: true }),
        ...makers.map(async path => await host.client.call('pod.usage', { path, last: true }).catch(() => undefined)),
      ])
      this.usage = new Map(told.flatMap(one => one?.pods ?? []).map(pod => [fullName(pod), pod]))
    } else {
      const lists = await Promise.all([...paths].map(path => listOf(host, path)))
      const pods = lists.flat()
      this.usage = new Map(pods.flatMap(usedBy))
      this.#runs = new Map(pods.flatMap(usedByRuns))
    }
    this.#options.onChange(this)
  }
}

/** A host within may be down: nothing is known of it then. */
async function listOf(host: RemoteHost, path: string): Promise<PodStatus[]> {
  try {
    return (await host.client.call('pod.list', { path, usage: true })).pods
  } catch (error) {
    if (path === host.remote.path) throw error
    return []
  }
}

function usedBy(pod: PodStatus): [name: string, used: Used][] {
  const cpu = pod.runs.flatMap(run => run.cpu ?? [])
  const memory = pod.runs.flatMap(run => run.memory ?? [])
  return memory.length === 0 ? [] : [[fullName(pod), { cpu: sum(cpu), memory: sum(memory) }]]
}

function usedByRuns(pod: PodStatus): [key: string, used: Used][] {
  return pod.runs.flatMap(({ id, cpu, memory }) =>
    cpu === undefined || memory === undefined ? [] : [[keyOf(pod, id), { cpu, memory }]],
  )
}

function keyOf(pod: PodStatus, run: string): string {
  return `${fullName(pod)} ${run}`
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

// A fleet of a trial: hosts and engines at their places in a network, and a guarded resource outside of all of them.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { PodStatus } from '../../../protocol/words.ts'
import { scratch } from '../../../test/scratch.ts'
import { natsServer } from '../../../test/system.ts'
import { until } from '../../../test/until.ts'
import { Engines } from './engines.ts'
import { FleetHost } from './host.ts'
import { openNetwork } from './network.ts'
import { Impossible, type Network } from './places.ts'
import { GuardedResource } from './resource.ts'

export type FleetOptions = {
  hosts?: number
  engines?: number
  /** The fleet sets up its engine by itself, with a server on each of its hosts; then it has no other engines. */
  isOwn?: boolean
  /** Of the fleet pods: such as `--fence`. */
  params?: Record<string, string>
  useProxies?: boolean
  /** Of all hosts. */
  settings?: object
  /** The `pod` command of another version that all hosts are begun with. */
  program?: string | undefined
}

const guarded = readFileSync(fileURLToPath(new URL('../pods/guarded.mjs', import.meta.url)), 'utf8')
/** Shorter than what is usual, so that more is tried in the same time. */
const quick = { beat: '300ms', fence: '1500ms', dead: '4s' }
/** How long a run is silent that stood still: far longer than a machine that has much to do takes for a turn, and shorter than any freeze. */
const gapMs = 1200

export class TrialFleet {
  readonly network: Network
  readonly engines: Engines
  readonly hosts: readonly FleetHost[]
  readonly resource: GuardedResource
  readonly times: { fenceMs: number; deadMs: number }
  #scratch: Disposable
  #params: Record<string, string>

  private constructor(
    parts: Pick<TrialFleet, 'network' | 'engines' | 'hosts' | 'resource'>,
    { held, params }: { held: Disposable; params: Record<string, string> },
  ) {
    this.network = parts.network
    this.engines = parts.engines
    this.hosts = parts.hosts
    this.resource = parts.resource
    this.#scratch = held
    this.#params = params
    const ms = (text = '') => Number.parseFloat(text) * (text.endsWith('ms') ? 1 : 1000)
    this.times = { fenceMs: ms(params.fence), deadMs: ms(params.dead) }
  }

  /** Its hosts are a, b, c … and its engines n1, n2 …; all are in the fleet. */
  static async open({
    hosts = 3,
    isOwn = false,
    engines = isOwn ? 0 : 3,
    params = quick,
    useProxies = false,
    settings,
    program,
  }: FleetOptions = {}): Promise<TrialFleet> {
    const held = scratch()
    const names = Array.from({ length: hosts }, (_, at) => String.fromCharCode('a'.charCodeAt(0) + at))
    const servers = Array.from({ length: engines }, (_, at) => `n${at + 1}`)
    if (isOwn && useProxies) throw new Impossible('servers reach each other without the proxies')
    const network = await openNetwork({ hosts: names, engines: servers }, { useProxies })
    const fleet = new TrialFleet(
      {
        network,
        engines: await Engines.open({ dir: held.dir, network, names: servers }),
        hosts: names.map(name => new FleetHost(name, network, settings)),
        resource: await GuardedResource.open(held.path('guarded.sock'), gapMs),
      },
      { held, params },
    )
    if (program !== undefined) for (const host of fleet.hosts) host.program = program
    try {
      await (isOwn ? fleet.#beginOwn() : fleet.#begin())
      return fleet
    } catch (error) {
      await fleet.close()
      throw error
    }
  }

  host(name: string): FleetHost {
    const host = this.hosts.find(one => one.name === name)
    if (host) return host
    throw new Error(`There is no host "${name}"`)
  }

  /** Pushes a pod that tells the guarded resource of each run, and starts it. @param config `{ exclusive: true }`, `{ scale: 3 }` */
  async start(
    name: string,
    config: object = {},
    more: { at?: FleetHost; params?: Record<string, string> } = {},
  ): Promise<void> {
    const { at = this.hosts[0] as FleetHost, params } = more
    const isExclusive = 'exclusive' in config && config.exclusive === true
    await at.ask('pod.push', { name, code: guarded, file: `${name}.mjs`, path: 'fleet' })
    const own = { ...(isExclusive ? { resource: this.resource.path } : {}), ...params }
    await at.ask('pod.start', { name, path: 'fleet', config, params: own })
  }

  async status(name: string, at = this.hosts[0] as FleetHost): Promise<PodStatus> {
    return await at.ask('pod.status', { name, path: 'fleet' })
  }

  /** The hosts that have runs of a pod, one for each run. */
  async places(name: string, at = this.hosts[0] as FleetHost): Promise<string[]> {
    return placesOf(await this.status(name, at))
  }

  async call(
    name: string,
    fn: string,
    { at = this.hosts[0] as FleetHost, args = [] as unknown[] } = {},
  ): Promise<unknown> {
    return (await at.ask('pod.call', { name, fn, args, path: 'fleet' })).value
  }

  /** Resolves when `at` says that all pods are up, and that all hosts are there but those that are named. */
  async whole({ at = this.hosts[0] as FleetHost, without = [] as string[], forMs = 120_000 } = {}): Promise<void> {
    let seen: unknown
    const look = async () => {
      const fleet = await at.fleet()
      seen = fleet
      if (!fleet.isUp || fleet.problem !== '') return false
      if (fleet.hosts.some(({ name, status }) => (status === 'gone') !== without.includes(name))) return false
      const { pods } = await at.ask('pod.list', { path: 'fleet' })
      seen = pods.map(({ name, status, text }) => `${name} ${status} ${text}`)
      return pods.every(
        pod => pod.want === 'idle' || (pod.status === 'up' && placesOf(pod).every(place => !without.includes(place))),
      )
    }
    const isWhole = async () =>
      await look().catch(error => {
        seen = (error as Error).message
        return false
      })
    await until(isWhole, 'the fleet is whole', { everyMs: 100, forMs }).catch(error => {
      throw new Error(`${error.message}: ${JSON.stringify(seen)}`)
    })
  }

  /** All that was done to it is over: hosts and engines run, the network carries all, clocks are right. */
  async mend(): Promise<void> {
    for (const name of this.engines.names) {
      if (this.engines.isUp(name)) this.engines.thaw(name)
      else await this.engines.start(name)
    }
    for (const host of this.hosts) host.thaw()
    await this.network.heal()
    for (const host of this.hosts) {
      host.setClock(0)
      if (!host.isUp) await host.up()
    }
  }

  /** @param pods those that are exclusive. @throws {Error} where two runs of one lived at the same moment */
  checkAlone(pods?: readonly string[]): void {
    const wrong = this.resource.overlaps().filter(({ isLate, pod }) => !isLate && (!pods || pods.includes(pod)))
    if (wrong.length > 0) throw new Error(`two runs of an exclusive pod lived: ${JSON.stringify(wrong)}`)
  }

  async close(): Promise<void> {
    for (const host of this.hosts) host.thaw()
    const failures = await Promise.allSettled(this.hosts.map(async host => await host.dispose()))
    await this.engines.close()
    await this.network[Symbol.asyncDispose]()
    await this.resource.close()
    this.#scratch[Symbol.dispose]()
    const failed = failures.find(({ status }) => status === 'rejected')
    if (failed) throw (failed as PromiseRejectedResult).reason
  }

  async #begin(): Promise<void> {
    const [first, ...others] = this.hosts as [FleetHost, ...FleetHost[]]
    await Promise.all(this.hosts.map(async host => await host.open(this.#params)))
    const urls = this.engines.names.map(name => this.network.urlOf(first.name, name)).join()
    await first.ok('fleet', 'init', '--name', first.name, '--nats', urls)
    const invite = (await first.ok('fleet', 'invite')).trim()
    for (const host of others) await host.ok('fleet', 'join', this.#reachedFrom(invite, host), '--name', host.name)
    await this.whole()
  }

  /** Of an engine of its own: each host gives a server. */
  async #beginOwn(): Promise<void> {
    const program = natsServer()
    if (!program) throw new Impossible('there is no nats-server: node scripts/install-nats.ts brings one')
    const [first, ...others] = this.hosts as [FleetHost, ...FleetHost[]]
    await Promise.all(this.hosts.map(async host => await host.open(this.#params)))
    const given = async (host: FleetHost) => {
      const { host: address, port } = await this.network.engine(host.name)
      return ['--name', host.name, '--engine', `${address}:${port}`, '--server', program]
    }
    await first.ok('fleet', 'init', ...(await given(first)))
    for (const host of others) {
      const server = await given(host)
      const invite = (await first.ok('fleet', 'invite', ...server.slice(2, 4))).trim()
      await host.ok('fleet', 'join', invite, ...server)
    }
    await this.whole()
  }

  /** Each host may have addresses of its own for the engines. */
  #reachedFrom(invite: string, host: FleetHost): string {
    if (this.network.kind === 'namespaces') return invite
    const [mark = '', text = ''] = invite.split(':')
    const told = JSON.parse(Buffer.from(text, 'base64url').toString())
    told.engine.servers = this.engines.names.map(name => this.network.urlOf(host.name, name))
    return `${mark}:${Buffer.from(JSON.stringify(told)).toString('base64url')}`
  }
}

export const placesOf = ({ runs }: PodStatus): string[] => runs.map(({ id }) => id.split('.')[0] ?? '').sort()

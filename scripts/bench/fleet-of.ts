// A fleet for a row of the bench: hosts of p8a and three servers of NATS, all on this machine.
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { asItIs, TestHost } from '../../test/e2e/harness.ts'
import { TestNats } from '../../test/nats.ts'
import { natsServer } from '../../test/system.ts'
import { until } from './clock.ts'
import type { Session } from './session.ts'

export type FleetOptions = { hosts?: number; params?: Record<string, string> }

const apps = fileURLToPath(new URL('apps/', import.meta.url))
const servers = 3

export class BenchFleet implements AsyncDisposable {
  readonly hosts: readonly TestHost[]
  readonly nats: TestNats

  private constructor(hosts: readonly TestHost[], nats: TestNats) {
    this.hosts = hosts
    this.nats = nats
  }

  /** Its hosts are a, b, c …, and each has its name as a tag. @param options.params of the fleet pods */
  static async open(session: Session, { hosts = 2, params = {} }: FleetOptions = {}): Promise<BenchFleet> {
    if (!natsServer()) throw new Error('there is no nats-server: node scripts/install-nats.ts brings one')
    // All that is begun has the directory of the row in its environment, and is found by it at the end.
    process.env.TMPDIR = session.dir
    const fleet = new BenchFleet(
      Array.from({ length: hosts }, () => new TestHost(asItIs)),
      await TestNats.open({ servers }),
    )
    try {
      await fleet.#begin(params)
      return fleet
    } catch (error) {
      await fleet[Symbol.asyncDispose]()
      throw error
    }
  }

  get first(): TestHost {
    return this.hosts[0] as TestHost
  }

  /** Pushes one of `apps/` to the fleet, and starts it. */
  async start(name: string, { file, config }: { file: string; config: object }): Promise<void> {
    const code = readFileSync(`${apps}${file}`, 'utf8')
    await this.first.ask('pod.push', { name, code, file: basename(file), path: 'fleet' })
    await this.first.ask('pod.start', { name, path: 'fleet', config })
  }

  async call(host: TestHost, name: string, { fn, args = [] }: { fn: string; args?: unknown[] }): Promise<unknown> {
    return (await host.ask('pod.call', { name, fn, args, path: 'fleet' })).value
  }

  /**
   * The host that has the only run of a pod, and that run; undefined while it is up nowhere, or a host that is just back is still said to have one.
   * @param at the host that is asked
   */
  async placeOf(name: string, at: TestHost): Promise<{ host: TestHost; pid: number; startedAt: string } | undefined> {
    const { status, runs } = await at.ask('pod.status', { name, path: 'fleet' })
    const [run, ...others] = runs
    const [place = ''] = run?.id.split('.') ?? []
    const host = this.hosts[place.charCodeAt(0) - 'a'.charCodeAt(0)]
    if (status !== 'up' || !run || !host || others.length > 0) return undefined
    return { host, pid: run.pid ?? 0, startedAt: run.startedAt }
  }

  /** Whether a host is taken for dead by another one. */
  async isGone(host: TestHost, at: TestHost): Promise<boolean> {
    const { value } = await at.ask('pod.call', { name: 'fleet', fn: 'status', args: [] })
    const { hosts } = value as { hosts: { name: string; status: string }[] }
    return hosts[this.hosts.indexOf(host)]?.status === 'gone'
  }

  async fleetPid(host: TestHost): Promise<number> {
    return (await host.status('fleet')).runs[0]?.pid ?? 0
  }

  /** Resolves when `at` takes all hosts for alive. */
  async whole(at: TestHost): Promise<void> {
    type Status = { isUp: boolean; hosts: { status: string }[] }
    const isWhole = async () => {
      // The fleet pod of a host that has just begun is not up yet.
      const { code, stdout } = await at.pod('fleet', 'status', '--json')
      if (code !== 0) return false
      const { isUp, hosts } = JSON.parse(stdout) as Status
      return isUp && hosts.length === this.hosts.length && hosts.every(({ status }) => status === 'active')
    }
    await until(isWhole, { what: 'the fleet is whole', deadlineMs: 120_000 })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const failures = await Promise.allSettled(this.hosts.map(async host => await host.dispose()))
    await this.nats[Symbol.asyncDispose]()
    for (const failure of failures) if (failure.status === 'rejected') throw failure.reason
  }

  async #begin(params: Record<string, string>): Promise<void> {
    let invite = ''
    for (const [at, host] of this.hosts.entries()) {
      const name = String.fromCharCode('a'.charCodeAt(0) + at)
      await host.up()
      await host.ok('push', 'local', 'fleet', 'p8a:fleet')
      await host.ask('pod.start', { name: 'fleet', params })
      const who = ['--name', name, '--tag', name]
      if (at === 0) await host.ok('fleet', 'init', ...who, '--nats', this.nats.urls.join())
      else await host.ok('fleet', 'join', invite, ...who)
      if (at === 0) invite = (await host.ok('fleet', 'invite')).trim()
    }
    for (const host of this.hosts) await this.whole(host)
  }
}

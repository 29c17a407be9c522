// An engine that a host has set up by itself, with its keeper, in a test: its server is a process of the test, and hosts are taken in as people do.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { P8a } from 'p8a'
import { Tables } from '../../../../pods/fleet/host/tables.ts'
import { NatsEngine } from '../../../../pods/fleet/nats/engine.ts'
import type { Credential } from '../../../../pods/fleet/nats/link.ts'
import { found, keeperIn } from '../../../../pods/fleet/security/founding.ts'
import { exchange } from '../../../../pods/fleet/security/invite.ts'
import type { Keeper } from '../../../../pods/fleet/security/keeper.ts'
import type { NatsEngineSettings } from '../../../../pods/fleet/settings.ts'
import type { Lives } from '../../../../pods/fleet/times.ts'
import { freePort } from '../../../free-port.ts'
import { type Scratch, scratch } from '../../../scratch.ts'
import { natsServer } from '../../../system.ts'

/** Long enough for a machine that has much else to do. */
const mostMs = 60_000

export class Founded implements AsyncDisposable {
  readonly fleet = 'f'
  readonly logged: string[] = []
  keeper!: Keeper
  /** As the host a uses it. */
  settings!: NatsEngineSettings
  #dir: Scratch = scratch()
  #servers = new Map<string, { code: string; child?: ChildProcess }>()
  #engines: NatsEngine[] = []
  #ending = new AbortController()
  #lives: Lives

  private constructor(lives: Lives) {
    this.#lives = lives
  }

  /** @param options.servers one or three */
  static async open({
    servers = 1,
    lives = { certificateMs: 90 * 86_400_000, inviteMs: 3_600_000, sweepMs: 6 * 3_600_000 },
  } = {}): Promise<Founded> {
    const founded = new Founded(lives)
    const ports = await Promise.all(Array.from({ length: servers }, freePort))
    const addresses = ports.map(port => `127.0.0.1:${port}`)
    const asked = { kind: 'own', addresses, spares: 0, program: natsServer() ?? '' } as const
    const made = await found(asked, { fleet: 'f', host: 'a', hostId: 'id-a' }, founded.#options)
    founded.settings = made.engine
    founded.#serve(made.keeper)
    return founded
  }

  get dir(): string {
    return this.#dir.dir
  }

  /** A host is taken in, by an invite of its own or by one that is given. */
  async join(host: string, hostId = `id-${host}`, invite: Credential = this.keeper.invite()): Promise<NatsEngine> {
    const credential = await exchange({ ...this.settings, credential: invite }, { fleet: 'f', host, hostId })
    return await this.engineOf(credential, host)
  }

  /** The engine as whoever has this credential has it. */
  async engineOf(credential: Credential | undefined, host = 'a'): Promise<NatsEngine> {
    const engine = new NatsEngine({ ...this.settings, credential, fleet: 'f', host, makes: false, timeoutMs: 5000 })
    this.#engines.push(engine)
    void engine.open()
    await engine.upWithin(mostMs)
    return engine
  }

  /** The keeper begins anew, with what it has kept: as after the death of its fleet pod. */
  async restartKeeper(lives: Partial<Lives> = {}): Promise<void> {
    await this.keeper.close()
    this.#lives = { ...this.#lives, ...lives }
    const settings = { v: 1, fleet: 'f', host: 'a', hostId: 'id-a', tags: [], engine: this.settings } as const
    const keeper = await keeperIn({ ...settings, tags: [] }, this.#options)
    if (!keeper) throw new Error('This host keeps nothing')
    this.#serve(keeper)
  }

  /** A keeper on another host, with the keys that are in this folder. */
  async keeperOf(host: string, storage: string): Promise<Keeper> {
    const { p8a, ...options } = this.#options
    const settings = { v: 1, fleet: 'f', host, hostId: `id-${host}`, tags: [], engine: this.settings } as const
    const keeper = await keeperIn({ ...settings, tags: [] }, { ...options, p8a: { ...p8a, storage } })
    if (!keeper) throw new Error('There are no keys')
    await keeper.engine.upWithin(mostMs)
    return keeper
  }

  async killServer(at = 0): Promise<void> {
    const child = [...this.#servers.values()][at]?.child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  /** The servers read their files again. */
  reload(): void {
    for (const { child } of this.#servers.values()) child?.kill('SIGHUP')
  }

  startServer(at = 0): void {
    const [name = ''] = [...this.#servers.keys()].slice(at, at + 1)
    this.#start(name)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort()
    await Promise.all([...this.#engines, this.keeper].map(engine => engine.close()))
    for (let at = 0; at < this.#servers.size; at++) await this.killServer(at)
    this.#dir[Symbol.dispose]()
  }

  get #options() {
    const verbs = {
      status: async (name: string) => {
        const server = this.#servers.get(name)
        if (!server) throw Object.assign(new Error(`There is no pod "${name}"`), { code: 'pod_not_found' })
        return { name, runs: server.child?.pid ? [{ pid: server.child.pid }] : [] }
      },
      push: async ({ name, code = '' }: { name: string; code?: string }) => void this.#servers.set(name, { code }),
      start: async (name: string) => this.#start(name),
      remove: async (name: string) => {
        await this.killServer([...this.#servers.keys()].indexOf(name))
        this.#servers.delete(name)
      },
      logs: async function* () {},
    }
    const p8a = { verbs, name: 'fleet', storage: this.dir, log: (_: string, text: string) => this.logged.push(text) }
    return { p8a: p8a as unknown as P8a, lives: this.#lives, mostMs }
  }

  #start(name: string): void {
    const server = this.#servers.get(name)
    if (server) server.child = spawn('/bin/sh', ['-c', server.code], { stdio: 'ignore' })
  }

  #serve(keeper: Keeper): void {
    const tables = new Tables(() => performance.now())
    void tables.follow(keeper.engine.state, this.#ending.signal)
    keeper.serve({ tables, isAlive: host => host !== 'dead' })
    this.keeper = keeper
  }
}

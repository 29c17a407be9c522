// What this host has to do with the servers of an engine of p8a's own: it gives one, takes it away, and knows where all of them are.
import type { P8a } from 'p8a'
import { addressesOf, Busy, givesServer, isOneOfThem } from '../decide/servers.ts'
import { fleetError, unavailable } from '../host/errors.ts'
import { GuardedFencing } from '../host/fencing.ts'
import type { Member } from '../member.ts'
import { NatsEngine } from '../nats/engine.ts'
import { patiently } from '../patiently.ts'
import { failed } from '../port/ports.ts'
import type { EngineRecord, EngineServer } from '../records.ts'
import type { FleetSettings, NatsEngineSettings } from '../settings.ts'
import { FencingHere } from './fencing-here.ts'
import type { Keeper } from './keeper.ts'
import { checkFree, freeRoute } from './listening.ts'
import { checkProgram } from './server-process.ts'
import { checkNames, type Servers } from './servers.ts'
import { askKeeper, servingOf } from './serving.ts'

export type ServingHereOptions = {
  p8a: P8a
  member: Member
  keeper: Keeper | undefined
  certificateMs: number
  /** How long the servers may take to be as they are to be. */
  mostMs: number
  /** Keeps where the engine is, for the next process. */
  keep: (engine: FleetSettings['engine']) => Promise<void>
}

export type ServerStatus = Pick<EngineServer, 'name' | 'host' | 'address' | 'isSpare'> & { isLeaving: boolean }

/** How often it is looked whether a certificate is due. */
const lookMs = 3_600_000
/** For how long a keeper is asked again that is not reached. */
const reachMs = 10_000

export class ServingHere {
  #options: ServingHereOptions
  #servers: Promise<Servers> | undefined
  #following: Promise<void> = Promise.resolve()
  #looking: NodeJS.Timeout
  /** Where this host does not keep the engine. */
  #fencing: FencingHere | undefined

  constructor(options: ServingHereOptions) {
    this.#options = options
    const { tables } = options.member
    this.#fencing = fencingOf(options)
    tables.onChange(change => {
      const isOfEngine = 'key' in change && change.key === 'engine'
      if (isOfEngine || change.t === 'synced') this.#follow()
    })
    this.#looking = setInterval(
      () => this.#soon(async () => void (await (await this.#here()).renew({ isForced: false }))),
      lookMs,
    )
    this.#looking.unref()
    this.#follow()
  }

  async close(): Promise<void> {
    clearInterval(this.#looking)
    await this.#fencing?.close()
  }

  list(): ServerStatus[] {
    return (this.#record?.servers ?? []).map(({ route: _, ...server }) => server)
  }

  /** What the servers wait for, as its keeper knows it. */
  get waits(): string {
    return this.#options.keeper?.cluster.waits ?? ''
  }

  /** This host's servers whose certificates were to be made anew, and are not. */
  async overdue(): Promise<string[]> {
    return await (await this.#here()).overdue(lookMs * 2)
  }

  /** Makes the certificates of this host's servers anew. @returns how many */
  async renew(): Promise<number> {
    const servers = await this.#here()
    if (servers.here.length > 0) return await servers.renew({ isForced: true })
    throw fleetError('host_not_found', 'This host has no server of the engine', {
      text: 'See which hosts have',
      do: { verb: 'fleet servers' },
    })
  }

  /** Gives a server to the engine. @returns once it is one as the others are. @throws {Error} if it cannot be one: then it is none */
  async add({ address, program }: { address: string; program: string }): Promise<void> {
    const { p8a, member, keeper } = this.#options
    const servers = await this.#here()
    const { host } = member.settings
    const there = servers.here.find(one => one.address === address)
    const hadAny = this.#record ? givesServer(this.#record, host) : false
    if (!there) {
      await checkProgram(program, 3)
      await checkNames(p8a, [servers.nextAt])
      await checkFree(address)
    }
    let isTaken = false
    try {
      const server = await this.#patiently(async () => {
        const taken = [...servers.here, ...(this.#record?.servers ?? [])].flatMap(one => [one.address, one.route])
        const asked = { address, route: there?.route ?? (await freeRoute(address, [address, ...taken])) }
        if (keeper) return await keeper.cluster.add({ host, ...asked })
        return (await askKeeper(member.engine.bus, host, { do: 'add', ...asked })).server
      })
      if (!server) throw new Error('The host that keeps the engine takes no server: upgrade it')
      isTaken = true
      if (!there) {
        const { name, route } = server
        await servers.add([{ at: servers.nextAt, name, address, route, advertised: '', program }])
      }
      this.#follow()
      await this.#following
      if (await this.#until(record => isOneOfThem(record, server.name))) return
      const complaint = await servers.complaint().catch(() => '')
      throw new Error(
        `The server at ${address} is not one of the engine yet${complaint === '' ? '' : `: ${complaint}`}`,
      )
    } catch (error) {
      // Where it is not known whether it was taken, it may have been.
      if (isTaken || !hadAny) await this.remove().catch(() => {})
      throw error
    }
  }

  /** Servers come and go one after the other; and while they do, the keeper may not be reached for a moment. */
  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    const reachUntilMs = performance.now() + reachMs
    return await patiently(work, {
      isPassing: error =>
        error instanceof Busy ||
        error.isPassing === true ||
        (error.code === 'fleet_unavailable' && performance.now() < reachUntilMs),
      forMs: this.#options.mostMs,
    })
  }

  /** Takes all servers of this host from the engine; others stand in for them. @returns once that is done: false if it has none */
  async remove(): Promise<boolean> {
    const { member, keeper } = this.#options
    const { host } = member.settings
    const servers = await this.#here()
    const isGiven = this.#record?.servers.some(one => one.host === host) ?? false
    if (servers.here.length === 0 && !isGiven) return false
    if (keeper)
      throw fleetError(
        'unsupported',
        'This host keeps the engine: its own server stays',
        'Let another host keep it: docs/FLEET.md tells how',
      )
    if (!member.tables.isSynced) throw unavailable(failed('unavailable', member.tables.away))
    await this.#patiently(async () => await askKeeper(member.engine.bus, host, { do: 'remove' }))
    await this.#left(host)
    await this.#following
    await servers.removeAll()
    return true
  }

  /** Takes all servers of another host from the engine, whether they live or not. */
  async expel(host: string): Promise<void> {
    const { keeper } = this.#options
    if (!keeper || !(await keeper.removeServers(host))) return
    keeper.settle()
    await this.#left(host)
  }

  /** Nothing is left of them here, whatever becomes of them in the fleet. */
  async abandon(): Promise<void> {
    await this.close()
    if (!this.#options.keeper) await (await this.#here()).removeAll()
  }

  async #left(host: string): Promise<void> {
    const isGone = ({ servers }: EngineRecord) => !servers.some(one => one.host === host)
    if (await this.#until(isGone)) return
    const why = this.waits === '' ? 'most of the servers have to be there for that' : this.waits
    throw fleetError('unsupported', `The server of host "${host}" is still one of the engine: ${why}`, [
      { text: 'It goes as soon as the others are there' },
      { text: 'where they are', do: { verb: 'fleet servers' } },
    ])
  }

  async #until(is: (record: EngineRecord) => boolean): Promise<boolean> {
    const { member, mostMs } = this.#options
    const ask = () => (this.#record && is(this.#record)) || undefined
    return (await member.tables.until(ask, AbortSignal.timeout(mostMs))) ?? false
  }

  get #record(): EngineRecord | undefined {
    return this.#options.member.tables.engine
  }

  async #here(): Promise<Servers> {
    const { p8a, member, keeper, certificateMs } = this.#options
    const { fleet, host } = member.settings
    this.#servers ??= keeper
      ? Promise.resolve(keeper.servers)
      : servingOf({ p8a, fleet, host, bus: member.engine.bus, certificateMs })
    return await this.#servers
  }

  #follow(): void {
    this.#soon(async () => {
      const { member, keeper } = this.#options
      const record = this.#record
      if (!record || !member.tables.isSynced) return
      await this.#learn(record)
      // Nothing else waits for a keeper that does not answer.
      void this.#fencing?.follow(givesServer(record, member.settings.host))
      const program = keeper?.program
      await (await this.#here()).follow(record, {
        host: member.settings.host,
        ...(program !== undefined && { program }),
      })
      keeper?.settle()
    })
  }

  /** Where the engine is may be another by now. */
  async #learn(record: EngineRecord): Promise<void> {
    const { member, keeper, keep } = this.#options
    const { engine } = member.settings
    const servers = addressesOf(record).map(address => `tls://${address}`)
    if (engine.kind !== 'nats' || servers.length === 0 || servers.join() === engine.servers.join()) return
    engine.servers = servers
    if (member.engine instanceof NatsEngine) member.engine.use(engine)
    keeper?.use(engine)
    this.#fencing?.use(engine)
    await keep(engine)
  }

  #soon(work: () => Promise<void>): void {
    const { p8a } = this.#options
    const next = this.#following
      .then(work)
      .catch(error => p8a.log('fleet', `a server of the engine: ${(error as Error).message}`))
    this.#following = next
  }
}

function fencingOf({ p8a, member, keeper }: ServingHereOptions): FencingHere | undefined {
  const { fencing, settings, engine } = member
  if (keeper || !(fencing instanceof GuardedFencing)) return undefined
  const { fleet, host, hostId } = settings
  return new FencingHere({
    ...{ fleet, host, hostId, storage: p8a.storage, fencing, log: text => p8a.log('fleet', text) },
    engine: () => settings.engine as NatsEngineSettings,
    sign: async key => {
      const { token } = await askKeeper(engine.bus, host, { do: 'fence', key })
      if (token === undefined) throw new Error('The host that keeps the engine signs nothing: upgrade it')
      return token
    },
  })
}

// Whether this host is in a fleet, and in which: begins one, joins one, leaves it. One thing at a time.
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { P8a } from 'p8a'
import { checkFleet, engineOf, forgetEmbedded, reached } from './engines.ts'
import { fleetError, unavailable } from './host/errors.ts'
import { forgetHost, restOf } from './host/forgetting.ts'
import type { Mounts } from './host/mounts.ts'
import type { Known } from './host/tables.ts'
import type { Member } from './member.ts'
import { checkAlone, checkUnused, copyImages, moveValues, valuesOf } from './moving.ts'
import { patiently } from './patiently.ts'
import { failed, type Rev } from './port/ports.ts'
import { type Duty, type HostRecord, readRecord, recordVersion, writeRecord } from './records.ts'
import type { OwnEngine } from './security/founding.ts'
import type { Keeper } from './security/keeper.ts'
import type { ServerStatus, ServingHere } from './security/serving-here.ts'
import {
  type EngineSettings,
  type FleetSettings,
  newId,
  readInvite,
  readSettings,
  writeInvite,
  writeSettings,
} from './settings.ts'
import { type Lives, usualLives } from './times.ts'

export type MembershipOptions = {
  p8a: P8a
  /** @param given.mounts of the member before it */
  open: (settings: FleetSettings, given: { mounts?: Mounts; keeper?: Keeper | undefined }) => Promise<Member>
  lives?: Lives
  /** How long the engine may take to be there, and then this host to be known to its fleet. */
  joinMs?: number
}

export type GivenServer = { address: string; program: string }
export type Given = { host?: string | undefined; tags: string[] }

/** `gone`: it is silent for too long, or was declared dead. */
export type HostStatus = 'gone' | Duty

export type FleetStatus = {
  fleet: string
  host: string
  engine: object
  isUp: boolean
  problem: string
  hosts: { name: string; status: HostStatus; runs: number }[]
  pods: number
}

const usualJoinMs = 20_000

/** @returns once its fleet knows this host, or another one has its name: false; undefined: neither in time */
async function heard(member: Member, mostMs: number): Promise<boolean | undefined> {
  const { tables, settings } = member
  const isKnown = () => (tables.isSynced && tables.hosts.get(settings.host)?.record.id === settings.hostId) || undefined
  return await tables.until(() => (member.nameProblem === '' ? isKnown() : false), AbortSignal.timeout(mostMs))
}

/** How long it may take to be told that a host is forgotten. */
const forgetMs = 5000

export class Membership {
  #options: MembershipOptions
  #member: Member | undefined
  #settings: FleetSettings | undefined
  /** Where this host keeps the engine of its fleet. */
  #keeper: Keeper | undefined
  /** Where the fleet has an engine of its own. */
  #serving: ServingHere | undefined
  #work: Promise<unknown> = Promise.resolve()

  constructor(options: MembershipOptions) {
    this.#options = options
  }

  /** Goes on where the process before this one was. */
  async begin(): Promise<void> {
    this.#settings = await readSettings(this.#options.p8a.storage)
    if (!this.#settings) return
    if (isGuarded(this.#settings)) {
      const { keeperIn } = await import('./security/founding.ts')
      this.#keeper = await keeperIn(this.#settings, this.#founding)
    }
    this.#member = await this.#options.open(this.#settings, { keeper: this.#keeper })
    await this.#serve()
  }

  async end(): Promise<void> {
    await this.#serving?.close()
    await this.#member?.end()
    await this.#keeper?.close()
  }

  text(): string {
    const member = this.#member
    if (!member) return 'in no fleet: pod fleet init, or pod fleet join'
    const { tables, problem, silence } = member
    if (problem) return problem
    if (member.engine.isRefused) return member.engine.problem
    if (!tables.isSynced) return 'the engine is away'
    if (silence) return silence
    return `host "${member.settings.host}" of ${tables.hosts.size}, ${tables.pods.size} pods`
  }

  /** @throws {Error} if this host is in no fleet */
  member(): Member {
    if (this.#member) return this.#member
    throw fleetError(
      'host_not_found',
      'This host is in no fleet',
      'Begin one: pod fleet init; or join one: pod fleet join INVITE',
    )
  }

  /** @throws {Error} `unsupported` if this host is in a fleet; `fleet_unavailable`; what a name has wrong */
  async init(given: Given, engine: EngineSettings | OwnEngine): Promise<FleetSettings> {
    return await this.#alone(async () => {
      const who = this.#named(given)
      const fleet = newId()
      if (engine.kind !== 'own') return await this.#enter({ ...who, fleet, engine }, { isNew: true })
      const founded = await this.#found(engine, { ...who, fleet })
      this.#keeper = founded.keeper
      try {
        return await this.#enter({ ...who, fleet, engine: founded.engine }, { isNew: true })
      } catch (error) {
        await this.#abandon()
        throw error
      }
    })
  }

  /** @throws {Error} as `init` */
  async join(invite: string, given: Given, server?: GivenServer): Promise<FleetSettings> {
    const settings = await this.#join(invite, given)
    if (server)
      await this.addServer(server).catch(error => {
        error.message = `Host "${settings.host}" is in the fleet, and gives no server: ${error.message}`
        throw error
      })
    return settings
  }

  /** Gives a server of this host to the engine of the fleet. @returns once it is one. @throws {Error} if it cannot be one */
  async addServer(server: GivenServer): Promise<void> {
    await this.#alone(async () => await this.#servingOf().add(server))
  }

  /** Takes the server of a host from the engine of the fleet. @throws {Error} if it has none, or it cannot be done now */
  async removeServer(host: string): Promise<void> {
    await this.#alone(async () => {
      const serving = this.#servingOf()
      if (!serving.list().some(one => one.host === host))
        throw fleetError(
          'host_not_found',
          `Host "${host}" has no server of the engine`,
          'See which have: pod fleet servers',
        )
      if (host === this.member().settings.host) return void (await serving.remove())
      this.#keeping(`remove-server ${host}`)
      await serving.expel(host)
    })
  }

  /** The servers of an engine of the fleet's own, and what they wait for, as far as this host knows it. @throws {Error} if it has none */
  servers(): { servers: ServerStatus[]; waits: string } {
    const serving = this.#servingOf()
    return { servers: serving.list(), waits: serving.waits }
  }

  async #join(invite: string, given: Given): Promise<FleetSettings> {
    return await this.#alone(async () => {
      const who = this.#named(given)
      const { fleet, engine } = readInvite(invite)
      if (engine.kind !== 'nats' || !engine.credential)
        return await this.#enter({ ...who, fleet, engine }, { isNew: false })
      const { exchange } = await import('./security/invite.ts')
      const credential = await exchange(engine, { fleet, ...who })
      return await this.#enter({ ...who, fleet, engine: { ...engine, credential } }, { isNew: false })
    })
  }

  /**
   * Moves a fleet that has this host alone to another engine. What is up goes on, and what is asked of the fleet meanwhile waits or is refused.
   * @throws {Error} if it has other hosts, or an engine fails: then it is where it was
   */
  async move(wanted: EngineSettings | OwnEngine): Promise<FleetSettings> {
    return await this.#alone(async () => {
      const member = this.member()
      const { settings, tables } = member
      if (!tables.isSynced) throw unavailable(failed('unavailable', tables.away))
      checkAlone(settings.host, tables.hosts.keys())
      if (wanted.kind === 'embedded' && settings.engine.kind === 'embedded')
        throw fleetError('unsupported', 'The engine of this fleet is within this host', 'Move it to one: --nats URL')
      if (wanted.kind === 'own' && this.#keeper)
        throw fleetError('unsupported', 'This host keeps the engine of its fleet already')
      const { p8a, joinMs = usualJoinMs } = this.#options
      const before = this.#keeper
      const founded = wanted.kind === 'own' ? await this.#found(wanted, settings) : undefined
      const engine = wanted.kind === 'own' ? (founded as Founded).engine : wanted
      const next = { ...settings, engine }
      if (engine.kind === 'embedded') await forgetEmbedded(p8a.storage)
      const to = founded?.keeper.engine ?? (await engineOf(next, p8a.storage))
      try {
        await reached(to, joinMs)
        checkUnused(await valuesOf(to.state), settings.fleet)
        // What takes long is done while all goes on.
        await copyImages(await valuesOf(member.engine.state), member.engine.blobs, to.blobs)
        await member.end()
        const moved = await moveValues(settings, { next, to, storage: p8a.storage, mostMs: joinMs }).then(
          () => undefined,
          error => ({ error }),
        )
        const current = moved ? settings : next
        this.#keeper = moved ? before : founded?.keeper
        this.#member = await this.#options.open(current, { mounts: member.mounts, keeper: this.#keeper })
        this.#settings = current
        await this.#serve()
        if (moved) throw moved.error
        await heard(this.#member, joinMs)
        if (before) await this.#abandon(before)
        return next
      } finally {
        if (!founded) await to.close()
        else if (this.#keeper !== founded.keeper) await this.#abandon(founded.keeper)
      }
    })
  }

  /** @param server where the host that joins by it may give the engine a server. @throws {Error} if others cannot reach the engine */
  invite(server?: string): string {
    const { settings } = this.member()
    if (settings.engine.kind === 'embedded')
      throw fleetError(
        'unsupported',
        'Cannot invite anyone: the engine of this fleet is within this host',
        'Move it to one that others reach: pod fleet move --nats nats://HOST:4222',
      )
    if (isGuarded(settings)) {
      const credential = this.#keeping('invite').invite(server)
      return writeInvite({ ...settings, engine: { ...settings.engine, credential } })
    }
    if (server !== undefined)
      throw fleetError(
        'unsupported',
        'Cannot let a host give a server: the engine is a NATS of yours',
        'Leave out --engine',
      )
    return writeInvite(settings)
  }

  /**
   * @returns its name; why its fleet has it still, as one that is gone, empty if the fleet does not; and whether the engine had cut it off: then it
   * knows nothing of its fleet
   */
  async leave(): Promise<{ host: string; ghost: string; wasRefused: boolean }> {
    return await this.#alone(async () => {
      const member = this.member()
      const { host } = member.settings
      const wasRefused = member.engine.isRefused
      const others = [...member.tables.hosts.keys()].filter(name => name !== host)
      if (others.length > 0 && this.#keeper)
        throw fleetError(
          'unsupported',
          `Cannot leave: this host keeps the engine of the fleet, and others are in it: ${others.join(', ')}`,
          'Let them leave first, or take them out: pod fleet remove HOST',
        )
      const own = [...member.tables.pods.values()].filter(({ record }) => record.assigned[host] !== undefined)
      // One that is cut off cannot drain: what it has is elsewhere by now, or soon will be.
      if (others.length > 0 && own.length > 0 && !wasRefused)
        throw fleetError(
          'pod_running',
          `Cannot leave: ${own.length} pods of the fleet are on this host`,
          `Move them away first: pod fleet drain ${host}`,
        )
      // One that is cut off is nobody's server any more.
      if (this.#serving && !this.#keeper && !wasRefused) await this.#serving.remove()
      let ghost = ''
      await member.leave(async () => {
        // It has ended all by now, and beats no more: whatever the engine says, it is out.
        await writeSettings(this.#options.p8a.storage, undefined)
        this.#member = undefined
        this.#settings = undefined
        if (wasRefused) return
        const forgotten = await forgetHost(member.engine, { host, rev: 'any', rest: await restOf(member, host) })
        if (!forgotten.ok) ghost = forgotten.message
        if (isGuarded(member.settings) && !this.#keeper) await tellOfLeave(member)
      })
      await this.#serving?.abandon()
      this.#serving = undefined
      await this.#abandon()
      if (member.settings.engine.kind === 'embedded') await forgetEmbedded(this.#options.p8a.storage)
      return { host, ghost, wasRefused }
    })
  }

  /** @throws {Error} if there is no such host */
  async duty(host: string, duty: Duty): Promise<void> {
    const { engine } = this.member()
    this.#known(host)
    const put = await engine.state.put(`duty.${host}`, writeRecord('duty', { v: recordVersion, duty }), 'any')
    if (!put.ok) throw unavailable(put)
  }

  /**
   * Takes a host that is gone for good out of the fleet. What is exclusive there may live elsewhere from then on.
   * @throws {Error} if it is alive, or this one
   */
  async forget(host: string): Promise<void> {
    const member = this.member()
    const { tables, fencing, settings } = member
    const known = this.#known(host)
    if (!tables.isSynced) throw unavailable(failed('unavailable', 'the engine is away'))
    if (host === settings.host)
      throw fleetError('unsupported', 'Cannot forget the host that is asked', 'Let it leave: pod fleet leave')
    const isAlive = () =>
      fleetError(
        'unsupported',
        `Cannot forget host "${host}": it is alive`,
        `Move its pods away, and let it leave: pod fleet drain ${host}; and there: pod fleet leave`,
      )
    if (member.isAlive(host)) throw isAlive()
    // As it is before that: once it is declared dead it may come back at any time, and write anew.
    const rest = await restOf(member, host)
    const dead = await fencing.declareDead(known)
    if (!dead.ok && dead.why !== 'conflict') throw unavailable(dead)
    const rev = dead.ok ? dead.value : await this.#deadRev(host)
    if (rev === undefined) throw isAlive()
    const forgotten = await fencing.forget({ host, rev, rest })
    if (!forgotten.ok) throw forgotten.why === 'conflict' ? isAlive() : unavailable(forgotten)
    await tables.until(() => !tables.hosts.has(host) || undefined, AbortSignal.timeout(forgetMs))
  }

  /** @returns the rev of the record of a host that another one has declared dead meanwhile; undefined if none has */
  async #deadRev(host: string): Promise<Rev | undefined> {
    const found = await this.member().engine.state.get(`host.${host}`)
    if (!found.ok) throw unavailable(found)
    return found.value && readRecord('host', found.value.value)?.isFenced ? found.value.rev : undefined
  }

  #known(host: string): Known<HostRecord> {
    const { tables } = this.member()
    const known = tables.hosts.get(host)
    if (known) return known
    throw fleetError(
      'host_not_found',
      `There is no host "${host}" in the fleet`,
      `There are: ${[...tables.hosts.keys()].join(', ')}`,
    )
  }

  /** Resolves when nothing of the fleet is on a host any more. @returns how many pods are left when the signal is aborted */
  async drained(host: string, signal: AbortSignal): Promise<number> {
    const { tables } = this.member()
    const left = () => [...tables.pods.values()].filter(({ record }) => record.assigned[host] !== undefined).length
    const isOver = () =>
      tables.duties.get(host) === 'draining' &&
      left() === 0 &&
      Object.keys(tables.hosts.get(host)?.record.pods ?? {}).length === 0
    await tables.until(() => isOver() || undefined, signal)
    return left()
  }

  status(): FleetStatus {
    const member = this.member()
    const { tables, settings, engine } = member
    const hosts = [...tables.hosts.values()].map(({ record }) => ({
      name: record.name,
      status: statusOf(member, record),
      tags: record.tags,
      pods: Object.keys(record.pods).length,
      runs: Object.values(record.pods).reduce((sum, { up, runs }) => sum + Math.max(up, runs.length), 0),
      p8a: record.p8a,
      memory: record.memory,
    }))
    hosts.sort((a, b) => (a.name < b.name ? -1 : 1))
    const refusal = engine.isRefused ? engine.problem : ''
    const problem = member.problem || refusal || (tables.isSynced ? member.silence : '') || member.stillness()
    return {
      fleet: settings.fleet,
      host: settings.host,
      engine: engine.info(),
      isUp: tables.isSynced,
      problem,
      hosts,
      pods: tables.pods.size,
    }
  }

  /**
   * Cuts a host off, whatever it does: its credential is void at once. What it has is placed elsewhere once it is dead for the others.
   * @throws {Error} if this host does not keep the engine, or there is no such host
   */
  async remove(host: string): Promise<void> {
    // Each step may be done again. Where the host that is lost had the server that led, the others agree on another one first.
    // A server that has just begun may not know the account of the fleet yet.
    const isPassing = ({ code, name }: { code?: unknown; name?: unknown }) =>
      code === 'fleet_unavailable' || code === 'outcome_unknown' || name === 'AuthorizationError'
    await patiently(async () => await this.#remove(host), { isPassing, forMs: this.#founding.mostMs })
  }

  async #remove(host: string): Promise<void> {
    const member = this.member()
    const { tables, settings } = member
    if (!isGuarded(settings))
      throw fleetError(
        'unsupported',
        'The hosts of this fleet have one credential for all: none of them can be cut off alone',
        `Take away what it knows at the engine; then: pod fleet forget ${host}`,
      )
    const keeper = this.#keeping('remove')
    if (host === settings.host)
      throw fleetError('unsupported', 'Cannot remove the host that is asked', 'Let it leave: pod fleet leave')
    // A fleet pod that has just begun knows nothing yet.
    await tables.until(() => tables.isSynced || undefined, AbortSignal.timeout(this.#founding.mostMs))
    if (tables.isSynced) await this.#servingOf().expel(host)
    // One that is out already may have been left half way.
    if (!(await keeper.revoke(host))) this.#known(host)
    const isGone = () => !tables.hosts.has(host) || (tables.isSynced && !member.isAlive(host)) || undefined
    if (!(await tables.until(isGone, AbortSignal.timeout(removeMs))))
      throw new Error(`Host "${host}" is cut off, and not dead for the others yet: pod fleet forget ${host}`)
    if (tables.hosts.has(host)) await this.forget(host)
  }

  /** Makes the certificates of the engine anew. @returns how many */
  async renew(): Promise<number> {
    const serving = this.#servingOf()
    return await serving.renew()
  }

  get keeper(): Keeper | undefined {
    return this.#keeper
  }

  #keeping(verb: string): Keeper {
    if (this.#keeper) return this.#keeper
    throw fleetError(
      'unsupported',
      `This host does not keep the engine of its fleet`,
      `Ask the host on which the fleet was begun: pod fleet ${verb}`,
    )
  }

  /** Begins to do what is to be done here for the servers of the engine. */
  async #serve(): Promise<void> {
    await this.#serving?.close()
    this.#serving = undefined
    const [member, settings] = [this.#member, this.#settings]
    if (!member || !settings || !isGuarded(settings)) return
    const { p8a, lives = usualLives } = this.#options
    const { ServingHere } = await import('./security/serving-here.ts')
    this.#serving = new ServingHere({
      ...{ p8a, member, keeper: this.#keeper, certificateMs: lives.certificateMs, mostMs: serveMs },
      keep: async engine => {
        if (this.#member === member) await writeSettings(p8a.storage, { ...settings, engine })
      },
    })
  }

  #servingOf(): ServingHere {
    this.member()
    if (this.#serving) return this.#serving
    throw fleetError(
      'unsupported',
      'The engine of this fleet is not its own',
      'Set one up: pod fleet move --engine HOST:PORT',
    )
  }

  get #founding() {
    const { p8a, lives = usualLives, joinMs = usualJoinMs } = this.#options
    return { p8a, lives, mostMs: joinMs }
  }

  async #found(engine: OwnEngine, who: Pick<FleetSettings, 'fleet' | 'host' | 'hostId'>): Promise<Founded> {
    const { found } = await import('./security/founding.ts')
    return await found(engine, who, this.#founding)
  }

  async #abandon(keeper = this.#keeper): Promise<void> {
    if (!keeper) return
    if (keeper === this.#keeper) this.#keeper = undefined
    const { abandon } = await import('./security/founding.ts')
    await abandon(keeper, this.#options.p8a.storage)
  }

  /** @throws {Error} if this host is in a fleet, or a name cannot be one */
  #named({ host = hostname().split('.')[0]?.toLowerCase() ?? '', tags }: Given): Who {
    if (this.#member)
      throw fleetError(
        'unsupported',
        `This host is in the fleet ${this.#member.settings.fleet} already`,
        'Leave it first: pod fleet leave',
      )
    const wrong = [host, ...tags].find(name => !/^[a-z](?:[a-z0-9_-]{0,61}[a-z0-9])?$/.test(name))
    if (wrong !== undefined)
      throw fleetError(
        'bad_params',
        `${JSON.stringify(wrong)} can be no name of a host or tag: a lower-case letter, then letters, digits, - or _`,
        'Give another one: --name',
      )
    return { host, hostId: randomUUID(), tags }
  }

  async #enter(given: Omit<FleetSettings, 'v'>, { isNew }: { isNew: boolean }): Promise<FleetSettings> {
    const { p8a, open, joinMs = usualJoinMs } = this.#options
    const settings: FleetSettings = { v: 1, ...given }
    const member = await open(settings, { keeper: this.#keeper })
    try {
      await reached(member.engine, joinMs)
      await checkFleet(this.#keeper?.engine ?? member.engine, { id: settings.fleet, isNew })
      const isIn = await heard(member, joinMs)
      if (isIn === undefined) throw new Error(member.silence || 'This host was not heard by its fleet in time')
      if (!isIn)
        throw fleetError('unsupported', `Cannot join: ${member.nameProblem}`, 'Give this one another name: --name')
    } catch (error) {
      await member
        .leave(async () => {
          await this.#forgetOwn(member)
          if (isGuarded(settings) && !this.#keeper) await tellOfLeave(member)
        })
        .catch(() => {})
      throw error
    }
    await writeSettings(p8a.storage, settings)
    this.#settings = settings
    this.#member = member
    await this.#serve()
    return settings
  }

  /** A beat may have been taken before it was clear that this host is no member. */
  async #forgetOwn(member: Member): Promise<void> {
    const { engine, settings } = member
    const { host } = settings
    const found = await engine.state.get(`host.${host}`)
    const entry = found.ok ? found.value : undefined
    if (entry && readRecord('host', entry.value)?.id === settings.hostId)
      await forgetHost(member.engine, { host, rev: entry.rev, rest: await restOf(member, host) })
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#work.then(work, work)
    this.#work = next.catch(() => {})
    return await next
  }
}

type Founded = { engine: EngineSettings; keeper: Keeper }
type Who = Pick<FleetSettings, 'host' | 'hostId' | 'tags'>

/** How long the servers of an engine may take until one has come or gone, with all that the fleet keeps. */
const serveMs = 120_000
/** How long a host that is cut off may take to be dead for the others. */
const removeMs = 60_000
const tellMs = 5000

const isGuarded = ({ engine }: FleetSettings): boolean => engine.kind === 'nats' && engine.credential !== undefined

/** Its credential is void from then on. Where nobody hears it, the host can be removed later. */
async function tellOfLeave({ engine, settings }: Member): Promise<void> {
  await engine.bus.request(`keeper.leave.${settings.host}`, Buffer.from('{}'), { timeoutMs: tellMs }).catch(() => {})
}

function statusOf(member: Member, { name, isFenced }: HostRecord): HostStatus {
  return isFenced || !member.isAlive(name) ? 'gone' : (member.tables.duties.get(name) ?? 'active')
}

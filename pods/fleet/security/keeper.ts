// A host that keeps the engine of its fleet: it runs the servers, takes hosts in and out, and writes of a host that it is dead where others may
// not. It does so by a credential of its own, beside that which it has as a host.
import { Busy, givesServer } from '../decide/servers.ts'
import { type AskedToFence, type AskedToForget, directFencing, type Fencing, keeperSubjects } from '../host/fencing.ts'
import { restOf } from '../host/forgetting.ts'
import type { Tables } from '../host/tables.ts'
import { NatsEngine } from '../nats/engine.ts'
import { type Closable, failed, type Outcome } from '../port/ports.ts'
import { type EngineServer, readRecord, recordVersion, writeRecord } from '../records.ts'
import type { NatsEngineSettings } from '../settings.ts'
import { signServer } from './certificates.ts'
import { accountToken, userToken } from './claims.ts'
import { Cluster } from './cluster.ts'
import { type AskedToJoin, type AskedToLeave, type Joined, newInvite, newInviteId, serverOfInvite } from './invite.ts'
import { readKeeping, standingOf, writeKeeping } from './keeping.ts'
import type { Keys } from './keys.ts'
import { newSpare } from './listening.ts'
import { Members } from './members.ts'
import { newSeed, publicOf } from './nkeys.ts'
import { fencingRights, hiddenOf, hostRights, keeperRights, serversName } from './rights.ts'
import { trustOf } from './server-config.ts'
import { serverFindings } from './server-findings.ts'
import { hostOf, type Servers, type Signed } from './servers.ts'
import { type AskOptions, askAll, serversApi } from './servers-api.ts'
import type { AskedOfServers, ToldOfServers } from './serving.ts'

/** What it looks at before it does what another host asks. */
export type Seen = { tables: Tables; isAlive: (host: string) => boolean }

export type KeeperOptions = {
  keys: Keys
  engine: NatsEngineSettings
  /** This one. */
  host: string
  hostId: string
  /** Of the fleet pod. */
  storage: string
  servers: Servers
  certificateMs: number
  /** As {@link Cluster} has them. */
  usual: readonly EngineServer[]
  inviteMs: number
  sweepMs: number
  log: (text: string) => void
}

/** How often it is looked whether a certificate is due, and whether an upload was broken off. */
const lookMs = 3_600_000
/** How often it is looked whether a server is to come or go. */
const settleMs = 1000

/** `by`: the host that keeps the engine now. `servers`: those that the engine has then. */
export type Deposed = { by: string; servers: EngineServer[] }

export class Keeper {
  readonly engine: NatsEngine
  readonly fencing: Fencing
  readonly members: Members
  readonly servers: Servers
  readonly cluster: Cluster
  #options: KeeperOptions
  #asking: AskOptions
  #closings: Closable[] = []
  #timers: NodeJS.Timeout[]
  #deposed = Promise.withResolvers<Deposed>()
  #holding: Promise<boolean> | undefined
  #epoch: number | undefined
  #isClosed = false
  /** The list of hosts, and what each may do, change one thing at a time: one that joins is not taken out as one of its name leaves. */
  #work: Promise<unknown> = Promise.resolve()

  constructor(options: KeeperOptions) {
    this.#options = options
    const { keys, engine, servers, host, hostId, usual } = options
    const { fleet } = keys
    const seed = newSeed('user')
    const user = publicOf(seed)
    const hidden = hiddenOf(fleet, keys.account)
    const token = userToken(keys.account, { user, name: 'keeper', rights: keeperRights(fleet, { key: user, hidden }) })
    this.engine = new NatsEngine({ ...engine, fleet, host, hidden, credential: { seed, token }, makes: true })
    this.fencing = directFencing(this.engine)
    this.members = new Members(this.engine.hidden)
    this.servers = servers
    this.#asking = { fleet, engine: () => this.#options.engine, account: keys.account, system: keys.system }
    const { state, hidden: own } = this.engine
    this.cluster = new Cluster({
      fleet,
      host,
      id: hostId,
      state,
      hidden: own,
      api: serversApi(this.#asking),
      usual,
      newSpare: () => newSpare(servers.here),
    })
    // Those that were restored from a backup know nothing of what was revoked since.
    this.engine.onUp(() => this.#soon(async () => await this.#tellAccount(), 'the servers do not know who is revoked'))
    this.#timers = [setInterval(() => this.look(), lookMs), setInterval(() => this.settle(), settleMs)]
    for (const timer of this.#timers) timer.unref()
    void this.engine.open()
  }

  /** Once another host has begun to keep the engine. Then this one does nothing more. */
  get deposed(): Promise<Deposed> {
    return this.#deposed.promise
  }

  /** Whether this host keeps the engine, as the engine has it now; where no other one does, it begins to. @throws {Error} if that cannot be known */
  async hold(): Promise<boolean> {
    this.#holding ??= this.#hold().finally(() => {
      this.#holding = undefined
    })
    return await this.#holding
  }

  async #hold(): Promise<boolean> {
    const { keys, hostId, storage } = this.#options
    const { fleet } = keys
    const { record } = await this.cluster.read()
    if (this.#isClosed) return false
    this.#epoch ??= (await readKeeping(storage, fleet)).epoch
    const standing = standingOf({ written: record.keeper, id: hostId, epoch: this.#epoch })
    if (standing.is === 'deposed') {
      this.#deposed.resolve({ by: standing.by, servers: record.servers })
      return false
    }
    const { epoch } = standing
    // First, so that one that dies here knows of another one that comes after it.
    if (epoch !== this.#epoch) await writeKeeping(storage, { fleet, epoch })
    this.#epoch = epoch
    if (standing.is === 'claiming') await this.cluster.claim(epoch, record.keeper)
    return true
  }

  async #checkHold(): Promise<void> {
    if (!(await this.hold())) throw new Error('Another host keeps the engine of the fleet now')
  }

  /**
   * A string's worth of rights for one host, which has to come within its time.
   * @param server where it may give the engine a server
   */
  invite(server?: string): { token: string; seed: string } {
    const { keys, inviteMs } = this.#options
    return newInvite(keys.account, { fleet: keys.fleet, id: newInviteId(server), forMs: inviteMs })
  }

  /** Begins to answer what other hosts ask of it. */
  serve(seen: Seen): void {
    const { bus } = this.engine
    const reply = (value: object) => Buffer.from(JSON.stringify(value))
    const serve = (subject: string, work: (asked: never, word: string) => Promise<object>) =>
      this.#closings.push(
        bus.serve(subject, async (frame, asked) => {
          // Then another one answers.
          await this.#checkHold()
          return reply(await work(JSON.parse(Buffer.from(frame).toString()) as never, asked.split('.').at(-1) ?? ''))
        }),
      )
    serve(keeperSubjects.fence, async (asked: AskedToFence) => await this.#fence(asked, seen))
    serve(keeperSubjects.forget, async (asked: AskedToForget) => await this.#forget(asked, seen))
    serve(
      'keeper.join.*',
      async (asked: AskedToJoin, invite) => await this.#alone(async () => await this.#join(asked, { invite, seen })),
    )
    serve('keeper.engine.*', async (asked: AskedOfServers, host) => await this.#servers(asked, host))
    serve(
      'keeper.leave.*',
      async (asked: AskedToLeave, host) => await this.#alone(async () => await this.#left(asked, host)),
    )
  }

  /** Signs for a host that is this one, or was let in. */
  sign(host: string, key: string): string {
    const { keys } = this.#options
    return userToken(keys.account, { user: key, name: `host ${host}`, rights: hostRights(keys.fleet, { host, key }) })
  }

  /** Cuts a host off at once: its credential is void from now on. @returns whether it was in the list. @throws {Error} if a server is not told */
  async revoke(host: string): Promise<boolean> {
    return await this.#alone(async () => {
      await this.#checkHold()
      const member = await this.members.member(host)
      if (!member) return false
      await this.members.revokeAll(member)
      await this.members.remove(host)
      await this.#tellAccount()
      return true
    })
  }

  /** From now on it looks for the engine at these addresses. */
  use(engine: NatsEngineSettings): void {
    this.#options = { ...this.#options, engine: { ...this.#options.engine, servers: engine.servers } }
    this.engine.use(engine)
  }

  /** The nats-server that its spares run. */
  get program(): string {
    return this.servers.here[0]?.program ?? this.#options.keys.program
  }

  /** Signs for a server of this host. */
  async signHere({ name, publicKey }: { name: string; publicKey: string }): Promise<Signed> {
    const server = this.servers.here.find(one => one.name === name)
    if (!server) throw new Error(`This host has no server ${name}`)
    return await this.#signServer(server, publicKey)
  }

  async #signServer({ address, route }: Pick<EngineServer, 'address' | 'route'>, publicKey: string): Promise<Signed> {
    const { keys, certificateMs } = this.#options
    const hosts = new Set([hostOf(address), ...(route === '' ? [] : [hostOf(route)]), serversName(keys.fleet)])
    const cert = await signServer(keys.authority, {
      publicKey,
      hosts: [...hosts],
      forMs: certificateMs,
      nowMs: Date.now(),
    })
    // One that begins with the fleet, or comes back where no other is there, cannot be told who is revoked yet.
    const account = this.engine.isUp ? await this.members.account().catch(() => undefined) : undefined
    return { cert, authority: keys.authority.cert, trust: trustOf(keys, account) }
  }

  /** The servers of a host are to leave, and what they let it do ends first. @returns whether it has any */
  async removeServers(host: string): Promise<boolean> {
    return await this.#alone(async () => {
      if (await this.members.member(host)) await this.#setFencingKey(host, undefined)
      return await this.cluster.remove(host)
    })
  }

  /** Signs for a host with a server, whose server has all of the fleet anyway: it may write of others that they are dead. */
  async #letFence(host: string, key: string): Promise<string> {
    return await this.#alone(async () => {
      const { record } = await this.cluster.read()
      if (!givesServer(record, host)) throw new Error(`host "${host}" gives no server`)
      await this.#setFencingKey(host, key)
      const { account, fleet } = this.#options.keys
      return userToken(account, { user: key, name: `fencing ${host}`, rights: fencingRights(fleet, { key }) })
    })
  }

  async #setFencingKey(host: string, key: string | undefined): Promise<void> {
    if (await this.members.setFencingKey(host, key)) await this.#tellAccount()
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#work.then(work, work)
    this.#work = next.catch(() => {})
    return await next
  }

  async #servers(asked: AskedOfServers, host: string): Promise<ToldOfServers> {
    try {
      if (asked.do === 'add') {
        const { address, route } = asked
        await this.#checkMayServe(host, { address, route })
        return { server: await this.cluster.add({ host, address, route }) }
      }
      if (asked.do === 'remove') {
        await this.removeServers(host)
        return {}
      }
      if (asked.do === 'fence') return { token: await this.#letFence(host, asked.key) }
      const { record } = await this.cluster.read()
      if (asked.do === 'look') return { findings: await serverFindings(this, record.servers) }
      const server = record.servers.find(one => one.name === asked.name && one.host === host)
      if (!server) return { error: `host "${host}" has no server ${asked.name}` }
      return { signed: await this.#signServer(server, asked.publicKey) }
    } catch (error) {
      return { error: (error as Error).message, isPassing: isPassing(error) }
    }
  }

  /** A server has all of the fleet, and a certificate for its address: whoever is at the keeper says which host may give one, and where. */
  async #checkMayServe(host: string, { address, route }: { address: string; route: string }): Promise<void> {
    const member = await this.members.member(host)
    if (member?.server === address && hostOf(route) === hostOf(address)) return
    throw new Error(
      `host "${host}" may not give a server at ${address}: it can leave, and join by an invite of: pod fleet invite --engine ${address}`,
    )
  }

  /** What those of so many servers that answer say of themselves. @throws {Error} if none does */
  async settingsOfServers(count: number): Promise<{ name: string; isSynced: boolean }[]> {
    const answers = await askAll(this.#asking, '$SYS.REQ.SERVER.PING.JSZ', { payload: '{}', count })
    return answers.map(answer => {
      const { server, data } = answer as { server: { name: string }; data?: { config?: { sync_always?: boolean } } }
      return { name: server.name, isSynced: data?.config?.sync_always === true }
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const timer of this.#timers) clearInterval(timer)
    for (const closing of this.#closings) closing.close()
    await this.engine.close()
  }

  async #fence({ host, rev, isLost }: AskedToFence, { tables, isAlive }: Seen): Promise<Outcome<unknown>> {
    const known = tables.hosts.get(host)
    if (!tables.isSynced) return failed('unavailable', tables.away)
    if (!known || known.rev !== rev || isAlive(host))
      return failed('conflict', `host "${host}" is not dead as seen here`)
    return await this.fencing.declareDead(known, isLost ? { isLost } : {})
  }

  async #forget({ host, rev }: AskedToForget, { tables, isAlive }: Seen): Promise<Outcome<void>> {
    if (!tables.isSynced) return failed('unavailable', tables.away)
    if (isAlive(host)) return failed('conflict', `host "${host}" is not dead as seen here`)
    return await this.fencing.forget({ host, rev, rest: await restOf({ engine: this.engine, tables }, host) })
  }

  async #join({ host, hostId, key }: AskedToJoin, { invite, seen }: { invite: string; seen: Seen }): Promise<Joined> {
    try {
      const { tables } = seen
      const there = await this.members.member(host)
      // One that has asked before, and was told nothing, has not beaten either.
      const isHere = tables.hosts.has(host) || tables.unreadable.has(`host.${host}`)
      if (there && there.id !== hostId && isHere)
        return { error: `another host of this fleet is called "${host}"`, hint: 'Give this one another name: --name' }
      const endsAt = Math.ceil((Date.now() + this.#options.inviteMs) / 1000)
      const usedBy = await this.members.use(invite, { name: host, id: hostId, endsAt })
      // One that has left, or was taken out, does not come in again by what is left of the invite.
      if (usedBy !== undefined && (there?.invite !== invite || isHere))
        return {
          error: `this invite was used already, by host "${usedBy}": each is for one host`,
          steps: [
            { text: 'Print another one on a host that keeps the engine', do: { verb: 'fleet invite', remote: 'HOST' } },
          ],
        }
      if (there) {
        await this.members.revokeAll(there)
        await this.#tellAccount()
      }
      const server = serverOfInvite(invite)
      await this.members.put({ name: host, id: hostId, key, invite, ...(server !== undefined && { server }) })
      return { token: this.sign(host, key) }
    } catch (error) {
      return { error: (error as Error).message, isPassing: isPassing(error) }
    }
  }

  async #left({ isUndone }: AskedToLeave, host: string): Promise<object> {
    const member = await this.members.member(host)
    if (!member) return {}
    await this.members.revokeAll(member)
    await this.members.remove(host)
    if (isUndone && member.invite !== undefined) await this.members.unuse(member.invite)
    // It is to hear the answer before its connection is cut.
    setTimeout(
      () => this.#soon(async () => await this.#tellAccount(), `host "${host}" has left, and is not cut off`),
      leftMs,
    )
    return {}
  }

  async #tellAccount(): Promise<void> {
    const { operator, account, fleet } = this.#options.keys
    const { revoked, issuedAt } = await this.members.account()
    if (Object.keys(revoked).length === 0) return
    const token = accountToken({ operator, account }, { name: fleet, revoked, issuedAt })
    const answers = await askAll(this.#asking, '$SYS.REQ.CLAIMS.UPDATE', { payload: token })
    const wrong = answers.map(answer => (answer as { error?: { description?: string } }).error).find(Boolean)
    if (wrong) throw new Error(`A server of the engine does not take who is revoked: ${wrong.description}`)
  }

  /** Makes the certificates anew that are due, and removes what uploads have left that were broken off. */
  look(): void {
    this.#soon(async () => {
      const made = await this.servers.renew({ isForced: false })
      if (made > 0) this.#options.log(`${made} certificates of the engine were renewed`)
    }, 'the certificates of the engine cannot be renewed')
    this.#soon(async () => {
      if (this.engine.isUp) await this.sweep(performance.now())
    }, 'what broken off uploads have left at the engine cannot be removed')
  }

  /** Removes what uploads have left that were broken off. @param nowMs by a clock that only goes on */
  async sweep(nowMs: number): Promise<void> {
    if (!(await this.hold())) return
    const swept = await this.engine.sweep(nowMs, this.#options.sweepMs)
    if (swept > 0) this.#options.log(`${swept} uploads that were broken off were removed from the engine`)
  }

  /** Brings about what is to be with the servers of the engine, as far as that goes now. */
  settle(): void {
    if (!this.engine.isUp) return
    this.#soon(async () => {
      if (!(await this.hold())) return
      await this.cluster.settle()
      await this.#tellFleet()
    }, 'the servers of the engine cannot be changed')
  }

  /** Where a host has spoilt which fleet this is, no other one does anything. */
  async #tellFleet(): Promise<void> {
    const { state } = this.engine
    const found = await state.get('fleet')
    if (!found.ok || !found.value || readRecord('fleet', found.value.value)) return
    const record = { v: recordVersion, id: this.#options.keys.fleet, atMs: Date.now() }
    await state.put('fleet', writeRecord('fleet', record), found.value.rev)
  }

  #soon(work: () => Promise<void>, what: string): void {
    void work().catch(error => this.#options.log(`${what}: ${(error as Error).message}`))
  }
}

const leftMs = 500

/** Whether whoever asked may ask again: another server comes or goes, or the engine agrees anew on who leads. */
const isPassing = (error: unknown): boolean =>
  error instanceof Busy || ['fleet_unavailable', 'outcome_unknown'].includes((error as { code?: string }).code ?? '')

// This host as a member of its fleet: wires the engine, what is known, what is to be here, what is placed, and what it tells of itself.
import { mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import type { Bus, P8a } from 'p8a'
import type { Times } from './decide/alive.ts'
import type { Listening } from './direct/listening.ts'
import { usualTunnels } from './direct/setting.ts'
import { engineOf } from './engines.ts'
import { directFile, type Ground, type GroundOptions, groundOf, knownFile, logTag, nowMs } from './groundwork.ts'
import { type Answering, answer } from './host/answering.ts'
import { directFencing, type Fencing, GuardedFencing } from './host/fencing.ts'
import type { KnownFile } from './host/known-file.ts'
import { Mounts } from './host/mounts.ts'
import { Part } from './host/part.ts'
import { Placing, stillness, viewsOf } from './host/placing.ts'
import { Pushing } from './host/pushing.ts'
import { Reaching } from './host/reaching.ts'
import { relayEvents } from './host/relaying.ts'
import type { Root } from './host/root.ts'
import type { Tables } from './host/tables.ts'
import { readTaken, writeTaken } from './host/taken-file.ts'
import { Telling } from './host/telling.ts'
import { Using } from './host/using.ts'
import { fleetVerbs } from './host/verbs.ts'
import { podStateOf } from './host/view.ts'
import { removeWays, sweepWays } from './host/way-folders.ts'
import { Images } from './image/images.ts'
import type { Closable, Engine } from './port/ports.ts'
import { type Report, recordVersion } from './records.ts'
import type { Keeper } from './security/keeper.ts'
import { type FleetSettings, isGuarded, newId } from './settings.ts'
import { usualUsage } from './times.ts'

/** `mounts`: those of a member before this one, which it takes over. */
export type MemberOptions = GroundOptions & {
  /** How long a pod of which nothing but its use has changed is not told again. */
  usageMs?: number
  mounts?: Mounts | undefined
  /** The bus of this pod: without it, events stay on their hosts. */
  events?: Bus | undefined
  /** Where this host keeps the engine of its fleet. */
  keeper?: Keeper | undefined
  /** What `pod fleet status` tells. */
  info?: () => object
}

/** How often it is looked whether something is due. */
const tickMs = 200
/** How often it looks at its own pods although nothing has changed. */
const lookMs = 2000
/** For how long what others have asked is answered as this process goes: it does not beat meanwhile. */
const answerMs = 1000
/** Changes that come within this time are told together. */
const gatherMs = 50

const waysFolder = (storage: string): string => join(storage, 'ways')

const wentBack =
  'the engine has gone back to what it knew before, as where a backup was put back: nothing is changed here, and nothing is ended but what is exclusive, until this fleet pod begins anew (pod restart local fleet)'

/** A connection that is cut shows that only later. */
const deaf = 'this host hears nothing of its fleet, not even itself: what it tells of others may be old'

export class Member {
  readonly settings: FleetSettings
  readonly engine: Engine
  readonly tables: Tables
  readonly mounts: Mounts
  readonly fencing: Fencing
  #p8a: P8a
  #times: Times
  #path: string
  #part: Part
  #using: Using
  #usageMs: number
  #placing: Placing
  #pushing: Pushing
  #telling: Telling | undefined
  #p8aVersion = ''
  #gathering: NodeJS.Timeout | undefined
  #isFencing = false
  /** All that is exclusive has ended since this host could hold any last. */
  #isFenced = false
  #root: Root
  #nextLookMs = 0
  /** As at the last look: it is asked for each pod that waits. */
  #still = ''
  /** When all was told last. */
  #toldMs = Number.POSITIVE_INFINITY
  #ending = new AbortController()
  #answering: Answering
  #relaying: Closable | undefined
  #listening: Listening | undefined
  #reaching: Reaching
  #known: KnownFile | undefined

  private constructor(
    {
      p8a,
      settings,
      times,
      usageMs = usualUsage.usageMs,
      tunnels = usualTunnels,
      path,
      mounts,
      events,
      keeper,
      info = () => ({}),
    }: MemberOptions,
    { engine, tables, known, root, here, listening }: Ground,
  ) {
    this.#p8a = p8a
    this.settings = settings
    this.#times = times
    this.#path = path
    this.engine = engine
    this.tables = tables
    this.#known = known
    this.#root = root
    this.#listening = listening
    const { host } = settings
    mkdirSync(dirname(this.#takenFile), { recursive: true, mode: 0o700 })
    const local = `${path}.${host}`
    const isAlive = (name: string) => tables.isAlive(name)
    const direct = listening?.bus
    // What hosts ask each other; events, and what the keeper is asked, go over the engine alone.
    const bus = direct ?? engine.bus
    const images = new Images(join(p8a.storage, 'images'), engine.blobs)
    this.#usageMs = usageMs
    this.#part = new Part({
      p8a,
      path: local,
      host,
      engine,
      images,
      here,
      tables,
      holder: () => this.#telling?.holder(),
      lease: { file: this.#takenFile, for: times.fenceMs },
      mayAct: () => this.#mayAct(),
    })
    this.fencing = keeper?.fencing ?? (isGuarded(settings) ? new GuardedFencing(engine.bus) : directFencing(engine))
    this.#placing = new Placing({ engine, fencing: this.fencing, tables, host, times, nowMs })
    keeper?.serve({ tables, isAlive })
    removeWays(waysFolder(p8a.storage))
    this.#reaching = new Reaching({
      ...{ tables, host, isAlive, limits: tunnels, folder: waysFolder(p8a.storage) },
      isDirect: name => (name === host ? direct?.told : tables.hosts.get(name)?.record.direct) !== undefined,
      here: name => here.told(name),
      open: async (to, wanted, ending) => {
        if (!direct) throw new Error('this host has no direct connections')
        return await direct.tunnel(to, wanted, ending)
      },
      log: text => p8a.log(logTag, text),
    })
    const handlers = fleetVerbs({
      ...{ p8a, path: local, host, engine: { state: engine.state, bus }, tables },
      ...{ isAlive, reaching: this.#reaching },
      pushing: () => pushing,
      info,
      problem: () => this.problem,
      stillness: () => this.#still,
    })
    this.mounts = mounts ?? new Mounts(p8a, { path, host, handlers })
    this.#using = new Using({ own: this.mounts.own, path: local, everyMs: usageMs, nowMs })
    const pushing = new Pushing({ own: this.mounts.own, engine, images, tables })
    this.#pushing = pushing
    this.#answering = answer(bus, { p8a, own: this.mounts.own, host, path: local })
    this.#relaying = events && relayEvents({ p8a, events, bus: engine.bus, path: local, host, tables, isAlive })
    // Until this one knows what the fleet has, the one before it answers: by that, its pods are called here all the time.
    let takesOver = mounts && (() => mounts.use(handlers))
    tables.onChange(change => {
      if (change.t === 'synced') {
        takesOver?.()
        takesOver = undefined
        this.#synced()
      }
      const [kind, name = ''] = 'key' in change ? change.key.split('.') : []
      if (kind === 'pod') this.#part.bring(name)
      // What other hosts tell changes nothing here, and is looked at with each tick: to beat on each would be a storm.
      else if (kind !== 'host' && kind !== 'report') this.#nextLookMs = 0
      if (kind !== 'host' && kind !== 'report') this.#soon()
    })
  }

  /** It begins whether the engine is there or not: what is exclusive has to end here where it is not. */
  static async open(options: MemberOptions, given?: Engine): Promise<Member> {
    const engine = given ?? (await engineOf(options.settings, options.p8a.storage))
    void engine.open()
    const member = new Member(options, await groundOf(options, engine))
    await member.#begin()
    return member
  }

  /** Another host has its name; empty if none has. */
  get nameProblem(): string {
    return this.#telling?.nameProblem ?? ''
  }

  /** The engine knows another fleet, or none. */
  get isStrange(): boolean {
    return this.tables.isSynced && this.tables.fleet !== this.settings.fleet
  }

  /** What hinders this host from being a member, for people; then it changes nothing, and stops nothing. */
  get problem(): string {
    return (
      this.nameProblem ||
      (this.#telling?.hasGoneBack ? wentBack : '') ||
      (this.isStrange ? 'the engine does not know this fleet: it was made anew, or is another one' : '')
    )
  }

  /** Why its fleet does not hear it, or it does not hear its fleet, though the engine is there: it is soon taken for dead; empty if it is heard. */
  get silence(): string {
    const isDeaf = this.tables.isSynced && this.tables.sight.isBlind
    return this.#telling?.silence || (isDeaf ? deaf : '')
  }

  isAlive(host: string): boolean {
    return this.tables.isAlive(host)
  }

  /** Of all pods of the fleet. */
  *podStates() {
    const told = { tables: this.tables, isAlive: (host: string) => this.isAlive(host) }
    for (const { record } of this.tables.pods.values()) yield podStateOf(record, told)
  }

  /** Why nothing is moved at present; empty: nothing hinders it. */
  stillness(): string {
    return stillness(this.tables, viewsOf({ tables: this.tables, times: this.#times }))
  }

  /** This process goes; what is here of the fleet goes on. */
  async end(): Promise<void> {
    this.#ending.abort()
    this.#relaying?.close()
    await this.#answering.drain(answerMs)
    await this.#reaching.close()
    this.#listening?.bus.close()
    await this.#known?.settled()
    await this.engine.close()
  }

  /**
   * This host is no member any more: what is here of the fleet is stopped.
   * @param forget is called when nothing of it lives, while the engine is still there
   */
  async leave(forget: () => Promise<void> = async () => {}): Promise<void> {
    this.#ending.abort()
    await this.#part.endExclusive()
    this.#answering.close()
    this.#relaying?.close()
    await this.#reaching.close()
    this.#listening?.bus.close()
    await this.mounts.close()
    // What is under way would be written behind what is forgotten.
    await Promise.all([this.#telling?.settled(), this.#known?.settled()])
    removeWays(waysFolder(this.#p8a.storage))
    for (const file of [knownFile, directFile]) await rm(file(this.#p8a.storage), { force: true })
    await forget().finally(() => this.engine.close())
  }

  async #begin(): Promise<void> {
    const { signal } = this.#ending
    this.#p8aVersion = (await this.#p8a.verbs.info()).version
    const takenMs = await readTaken(this.#takenFile)
    const isOfThisBoot = takenMs <= nowMs()
    const { state } = this.engine
    const { host } = this.settings
    this.#telling = new Telling(
      {
        ...{
          state,
          host,
          times: this.#times,
          usageMs: this.#usageMs,
          nowMs,
          newSession: newId,
          tell: () => this.#self(),
        },
        known: () => this.#reported(),
        reports: async isNow => this.#using.added(await this.#part.reports(isNow)),
        endExclusive: async () => await this.#part.endExclusive(),
        keep: async taken => await writeTaken(this.#takenFile, taken),
        log: text => this.#p8a.log(logTag, text),
      },
      isOfThisBoot ? takenMs : undefined,
    )
    void sweepWays().catch(error => this.#p8a.log(logTag, (error as Error).message))
    void this.#watch(signal)
    const ticking = setInterval(() => void this.#tick(), tickMs)
    signal.addEventListener('abort', () => clearInterval(ticking))
    void this.#tick()
    void this.tables.follow(this.engine.state, signal)
  }

  /** What the engine has of the pods of this host. What it had before this process may be another by now, and is to be replaced all the same. */
  #reported(): Record<string, Report | undefined> {
    const reports = this.tables.reportsOf(this.settings.host)
    if (this.tables.isTold) return reports
    return Object.fromEntries(Object.keys(reports).map(name => [name, undefined]))
  }

  /** In a folder of its own, which what lives by it may read. */
  get #takenFile(): string {
    return join(this.#p8a.storage, 'lease', 'taken')
  }

  #mayAct(): boolean {
    return this.tables.isSynced && this.#isConfirmed && this.problem === '' && !this.#ending.signal.aborted
  }

  /** Whether a beat was taken since all was told: only that tells what most of its servers have from what one that is cut off has, or a backup. */
  get #isConfirmed(): boolean {
    return (this.#telling?.takenMs ?? 0) >= this.#toldMs
  }

  #synced(): void {
    this.#telling?.forget()
    this.#toldMs = nowMs()
    this.#telling?.hurry(0)
    this.#soon()
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const path = `${this.#path}.${this.settings.host}`
    const watch = this.#p8a.watch({ path, signal })
    for await (const change of watch) {
      this.#root.tell(watch.pods)
      this.#telling?.hurry(gatherMs)
      if (change.type === 'snapshot') this.#nextLookMs = 0
      else this.#part.bring(change.name)
      this.#soon()
    }
  }

  /** Something has changed: what follows from it is done soon. */
  #soon(): void {
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined
      if (!this.#ending.signal.aborted) void this.#tick()
    }, gatherMs)
  }

  async #tick(): Promise<void> {
    try {
      if (!this.#ending.signal.aborted) void this.#listening?.look()
      if (!this.#ending.signal.aborted) this.#known?.look()
      // One that is not heard, or hears nothing, says that.
      this.#still = this.tables.isSynced && this.silence === '' ? this.stillness() : ''
      if (this.#telling?.holder()) this.#isFenced = false
      else await this.#fence()
      if (!this.#ending.signal.aborted) await this.#telling?.look()
      if (this.#mayAct()) {
        await this.#placing.look()
        if (nowMs() >= this.#nextLookMs) {
          this.#nextLookMs = nowMs() + lookMs
          this.#part.look()
          await this.#pushing.sweep()
        }
      }
    } catch (error) {
      if (!this.#ending.signal.aborted) this.#p8a.log(logTag, (error as Error).message)
    }
  }

  async #fence(): Promise<void> {
    if (this.#isFencing || (this.#isFenced && !this.#part.hasExclusive())) return
    this.#isFencing = true
    await this.#part.endExclusive().finally(() => {
      this.#isFencing = false
    })
    this.#isFenced = true
  }

  #self() {
    const { host, hostId, tags } = this.settings
    return {
      ...{ v: recordVersion, name: host, id: hostId, tags, memory: totalmem(), p8a: this.#p8aVersion },
      ...{ takesPieces: true, atMs: Date.now(), pods: {} },
      ...(this.#listening?.bus.told && { direct: this.#listening.bus.told }),
    }
  }
}

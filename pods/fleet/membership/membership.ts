// What this host has of its fleet: the member that it is, and the keeper and the servers of an engine of the fleet's own. It does not know how hosts
// come and go.
import type { P8a } from 'p8a'
import type { Command } from 'p8a/client'
import { fleetError } from '../host/errors.ts'
import type { Mounts } from '../host/mounts.ts'
import type { Member } from '../member.ts'
import type { FoundingOptions } from '../security/founding.ts'
import type { Deposed, Keeper } from '../security/keeper.ts'
import type { ServingHere } from '../security/serving-here.ts'
import { type FleetSettings, isGuarded, readSettings, writeSettings } from '../settings.ts'
import { type Lives, usualLives } from '../times.ts'

export type MembershipOptions = {
  p8a: P8a
  /** @param given.mounts of the member before it */
  open: (settings: FleetSettings, given: { mounts?: Mounts; keeper?: Keeper | undefined }) => Promise<Member>
  lives?: Lives
  /** How long the engine may take to be there, and then this host to be known to its fleet. */
  joinMs?: number
}

const usualJoinMs = 20_000
/** How long the servers of an engine may take until one has come or gone, with all that the fleet keeps. */
const serveMs = 120_000

export class Membership {
  #options: MembershipOptions
  #member: Member | undefined
  #settings: FleetSettings | undefined
  #keeper: Keeper | undefined
  #serving: ServingHere | undefined
  /** The host for which this one keeps the engine no more. */
  #steppedDownFor: string | undefined
  #work: Promise<unknown> = Promise.resolve()

  constructor(options: MembershipOptions) {
    this.#options = options
  }

  /** With what is usual where nothing was given. */
  get options(): Required<MembershipOptions> {
    return { lives: usualLives, joinMs: usualJoinMs, ...this.#options }
  }

  get founding(): FoundingOptions {
    const { p8a, lives, joinMs } = this.options
    return { p8a, lives, mostMs: joinMs }
  }

  /** Goes on where the process before this one was. */
  async begin(): Promise<void> {
    this.#settings = await readSettings(this.#options.p8a.storage)
    if (!this.#settings) return
    if (isGuarded(this.#settings)) {
      const { keeperIn } = await import('../security/founding.ts')
      const { readKeeping } = await import('../security/keeping.ts')
      this.keep(await keeperIn(this.#settings, this.founding))
      this.#steppedDownFor = (await readKeeping(this.#options.p8a.storage, this.#settings.fleet)).by
    }
    this.#member = await this.#options.open(this.#settings, { keeper: this.#keeper })
    await this.#serve()
  }

  /** This process goes; what is here of the fleet goes on. */
  async end(): Promise<void> {
    await this.#serving?.close()
    await this.#member?.end()
    await this.#keeper?.close()
  }

  /** Undefined where this host is in no fleet. */
  get current(): Member | undefined {
    return this.#member
  }

  /** @throws {Error} if this host is in no fleet */
  member(): Member {
    if (this.#member) return this.#member
    throw fleetError('host_not_found', 'This host is in no fleet', [
      { text: 'Begin one', do: { verb: 'fleet init' } },
      { text: 'or join one', do: { verb: 'fleet join', args: ['INVITE'] } },
    ])
  }

  /** Where this host keeps the engine of its fleet. */
  get keeper(): Keeper | undefined {
    return this.#keeper
  }

  /** @throws {Error} if this host does not keep the engine of its fleet */
  keeping(ask: Command): Keeper {
    if (this.#keeper) return this.#keeper
    throw fleetError('unsupported', `This host does not keep the engine of its fleet`, {
      text: 'Ask the host on which the fleet was begun',
      do: { remote: 'HOST', ...ask },
    })
  }

  /** What this host has to do with the servers of an engine of the fleet's own. @throws {Error} if the fleet has none */
  serving(): ServingHere {
    this.member()
    if (this.#serving) return this.#serving
    throw fleetError('unsupported', 'The engine of this fleet is not its own', {
      text: 'Set one up',
      do: { verb: 'fleet move', options: { engine: 'HOST:PORT' } },
    })
  }

  /** The servers of this host whose certificates were to be made anew, and are not. */
  async overdue(): Promise<string[]> {
    return (await this.#serving?.overdue()) ?? []
  }

  /** Hosts come and go, and servers too, one after the other. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#work.then(work, work)
    this.#work = next.catch(() => {})
    return await next
  }

  /** From now on this host keeps this engine, or none. */
  keep(keeper: Keeper | undefined): void {
    this.#keeper = keeper
    this.#steppedDownFor = undefined
    void keeper?.deposed.then(told => this.alone(async () => await this.#stepDown(keeper, told)))
  }

  /** The host that keeps the engine in the place of this one; undefined where this one never did, or does. */
  get steppedDownFor(): string | undefined {
    return this.#keeper ? undefined : this.#steppedDownFor
  }

  /** Another host keeps the engine by now: this one is a host like any other from here on. */
  async #stepDown(keeper: Keeper, { by, servers }: Deposed): Promise<void> {
    const [member, settings] = [this.#member, this.#settings]
    if (this.#keeper !== keeper || !member || !settings) return
    const { p8a, open } = this.#options
    p8a.log('fleet', `host "${by}" keeps the engine of the fleet now: this one has stepped down`)
    const { stepDown } = await import('../security/keeping.ts')
    await stepDown(p8a.storage, { fleet: settings.fleet, by })
    await keeper.close()
    this.#keeper = undefined
    this.#steppedDownFor = by
    const strange = keeper.servers.here.filter(({ name }) => !servers.some(one => one.name === name))
    await keeper.servers.remove(strange.map(({ name }) => name))
    await this.#serving?.close()
    await member.end()
    await this.become(await open(settings, { mounts: member.mounts, keeper: undefined }), settings)
  }

  /** From now on this host is this member. */
  async become(member: Member, settings: FleetSettings): Promise<void> {
    this.#settings = settings
    this.#member = member
    await this.#serve()
  }

  /** From now on this host is in no fleet, nor is it in the next process. What it has of an engine is abandoned by itself. */
  async quit(): Promise<void> {
    const { storage } = this.#options.p8a
    await writeSettings(storage, undefined)
    if (this.#steppedDownFor !== undefined) {
      const { forgetKeeping } = await import('../security/keeping.ts')
      await forgetKeeping(storage)
    }
    this.#steppedDownFor = undefined
    this.#member = undefined
    this.#settings = undefined
  }

  /** Nothing is left here of the servers of an engine, nor of what keeps it. */
  async abandonEngine(): Promise<void> {
    await this.#serving?.abandon()
    this.#serving = undefined
    const keeper = this.#keeper
    if (!keeper) return
    this.#keeper = undefined
    const { abandon } = await import('../security/founding.ts')
    await abandon(keeper, this.#options.p8a.storage)
  }

  /** Begins to do what is to be done here for the servers of the engine. */
  async #serve(): Promise<void> {
    await this.#serving?.close()
    this.#serving = undefined
    const [member, settings] = [this.#member, this.#settings]
    if (!member || !settings || !isGuarded(settings)) return
    const { p8a, lives } = this.options
    const { ServingHere } = await import('../security/serving-here.ts')
    this.#serving = new ServingHere({
      ...{ p8a, member, keeper: this.#keeper, certificateMs: lives.certificateMs, mostMs: serveMs },
      keep: async engine => {
        if (this.#member === member) await writeSettings(p8a.storage, { ...settings, engine })
      },
    })
  }
}

// How this host comes into a fleet: it begins one, or joins one by an invite. Where that fails, nothing of it is left.
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { checkFleet, reached } from '../engines.ts'
import { fleetError } from '../host/errors.ts'
import { forgetHost, restOf } from '../host/forgetting.ts'
import type { Member } from '../member.ts'
import { patiently } from '../patiently.ts'
import { readRecord } from '../records.ts'
import type { OwnEngine } from '../security/founding.ts'
import { type EngineSettings, type FleetSettings, isGuarded, newId, readInvite, writeSettings } from '../settings.ts'
import { tellOfLeave } from './leaving.ts'
import { checkNames } from './may.ts'
import type { Membership } from './membership.ts'
import { addServer, type GivenServer } from './servers.ts'

/** What somebody says of this host. `host`: its name, that of the machine where none is given. */
export type Given = { host?: string | undefined; tags: string[] }

type Who = Pick<FleetSettings, 'host' | 'hostId' | 'tags'>

/** @throws {Error} `unsupported` if this host is in a fleet; `fleet_unavailable`; what a name has wrong */
export async function init(ours: Membership, given: Given, engine: EngineSettings | OwnEngine): Promise<FleetSettings> {
  return await ours.alone(async () => {
    const who = named(ours, given)
    const fleet = newId()
    if (engine.kind !== 'own') return await enter(ours, { ...who, fleet, engine }, { isNew: true })
    const { found } = await import('../security/founding.ts')
    const founded = await found(engine, { ...who, fleet }, ours.founding)
    ours.keep(founded.keeper)
    try {
      return await enter(ours, { ...who, fleet, engine: founded.engine }, { isNew: true })
    } catch (error) {
      await ours.abandonEngine()
      throw error
    }
  })
}

/** @param how.server that this host gives to the engine once it is in. @throws {Error} as `init` */
export async function join(
  ours: Membership,
  invite: string,
  { server, ...given }: Given & { server?: GivenServer | undefined },
): Promise<FleetSettings> {
  const settings = await ours.alone(async () => await exchanged(ours, invite, given))
  if (server)
    await addServer(ours, server).catch(error => {
      error.message = `Host "${settings.host}" is in the fleet, and gives no server: ${error.message}`
      throw error
    })
  return settings
}

/** Joins; where each host has a credential of its own, with one that it gets for the invite. */
async function exchanged(ours: Membership, invite: string, given: Given): Promise<FleetSettings> {
  const who = named(ours, given)
  const { fleet, engine } = readInvite(invite)
  if (engine.kind !== 'nats' || !engine.credential)
    return await enter(ours, { ...who, fleet, engine }, { isNew: false })
  const { exchange } = await import('../security/invite.ts')
  // Another host may join with a server, or leave with one.
  const credential = await patiently(async () => await exchange(engine, { fleet, ...who }), {
    isPassing: error => error.isPassing === true,
    forMs: ours.options.joinMs,
  })
  return await enter(ours, { ...who, fleet, engine: { ...engine, credential } }, { isNew: false })
}

/** @throws {Error} if this host is in a fleet, or a name cannot be one */
function named(ours: Membership, { host = hostname().split('.')[0]?.toLowerCase() ?? '', tags }: Given): Who {
  if (ours.current)
    throw fleetError('unsupported', `This host is in the fleet ${ours.current.settings.fleet} already`, {
      text: 'Leave it first',
      do: { verb: 'fleet leave' },
    })
  checkNames([host, ...tags])
  return { host, hostId: randomUUID(), tags }
}

async function enter(
  ours: Membership,
  given: Omit<FleetSettings, 'v'>,
  { isNew }: { isNew: boolean },
): Promise<FleetSettings> {
  const { p8a, open, joinMs } = ours.options
  const { keeper } = ours
  const settings: FleetSettings = { v: 1, ...given }
  const member = await open(settings, { keeper })
  try {
    await reached(member.engine, joinMs)
    await patiently(async () => await checkFleet(keeper?.engine ?? member.engine, { id: settings.fleet, isNew }), {
      isPassing: ({ code }) => code === 'fleet_unavailable' || code === 'outcome_unknown',
      forMs: joinMs,
    })
    const isIn = await heard(member, joinMs)
    if (isIn === undefined) throw new Error(member.silence || 'This host was not heard by its fleet in time')
    if (!isIn)
      throw fleetError('unsupported', `Cannot join: ${member.nameProblem}`, 'Give this one another name: --name')
  } catch (error) {
    await member
      .leave(async () => {
        await forgetOwn(member)
        if (isGuarded(settings) && !keeper) await tellOfLeave(member, { isUndone: true })
      })
      .catch(() => {})
    throw error
  }
  await writeSettings(p8a.storage, settings)
  await ours.become(member, settings)
  return settings
}

/** @returns once its fleet knows this host, or another one has its name: false; undefined: neither in time */
export async function heard(member: Member, mostMs: number): Promise<boolean | undefined> {
  const { tables, settings } = member
  const isKnown = () => (tables.isSynced && tables.hosts.get(settings.host)?.record.id === settings.hostId) || undefined
  return await tables.until(() => (member.nameProblem === '' ? isKnown() : false), AbortSignal.timeout(mostMs))
}

/** A beat may have been taken before it was clear that this host is no member. */
async function forgetOwn(member: Member): Promise<void> {
  const { engine, settings } = member
  const { host } = settings
  const found = await engine.state.get(`host.${host}`)
  const entry = found.ok ? found.value : undefined
  if (entry && readRecord('host', entry.value)?.id === settings.hostId)
    await forgetHost(member.engine, { host, rev: entry.rev, rest: await restOf(member, host) })
}

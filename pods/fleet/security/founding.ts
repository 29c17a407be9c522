// Sets up an engine of p8a's own on this host: keys, certificates, servers, and the credential by which this host is its first client. And opens
// what was set up before.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { P8a } from 'p8a'
import { readIfThere } from '../../whole-file.ts'
import { checkUp } from '../engines.ts'
import type { EngineServer } from '../records.ts'
import type { FleetSettings, NatsEngineSettings } from '../settings.ts'
import type { Lives } from '../times.ts'
import { makeAuthority } from './certificates.ts'
import { Keeper } from './keeper.ts'
import { writeKeeping } from './keeping.ts'
import { type Keys, newSeeds, readKeys, writeKeys } from './keys.ts'
import { checkFree, freeRoute, newSpare } from './listening.ts'
import { newSeed, publicOf } from './nkeys.ts'
import { serversName } from './rights.ts'
import { checkProgram } from './server-process.ts'
import { checkNames, type ServerHere, Servers } from './servers.ts'

/**
 * What is asked for: where the servers are to be reached, each as `HOST:PORT`; all of them are on this machine. `spares`: how many more there are,
 * until other hosts give servers of their own.
 */
export type OwnEngine = { kind: 'own'; addresses: readonly string[]; spares: number; program: string }

export type FoundingOptions = { p8a: P8a; lives: Lives; mostMs: number }

/**
 * @returns the engine as this host is to use it, and its keeper
 * @throws {Error} if the program loses writes, or a server does not come up; then nothing of it is left
 */
export async function found(
  { addresses, spares, program }: OwnEngine,
  who: Pick<FleetSettings, 'fleet' | 'host' | 'hostId'>,
  options: FoundingOptions,
): Promise<{ engine: NatsEngineSettings; keeper: Keeper }> {
  const { p8a, mostMs } = options
  const { fleet, host, hostId } = who
  const count = addresses.length + spares
  await checkProgram(program, count)
  await checkNames(
    p8a,
    Array.from({ length: count }, (_, at) => at + 1),
  )
  for (const address of addresses) await checkFree(address)
  const authority = await makeAuthority(fleet, Date.now())
  const servers = await placesOf(addresses, spares)
  const keys: Keys = { v: 1, fleet, ...newSeeds(), authority, servers, program }
  await writeKeys(p8a.storage, keys)
  const seed = newSeed('user')
  const engine: NatsEngineSettings = {
    kind: 'nats',
    servers: addresses.map(address => `tls://${address}`),
    replicas: count,
    ca: authority.cert,
  }
  const keeper = await keeperOf(keys, { engine, host, hostId, isNew: true }, options)
  try {
    await keeper.servers.configure(keys.servers.map(({ route }) => route).filter(Boolean))
    await keeper.engine.upWithin(mostMs)
    if (!keeper.engine.isUp) {
      const complaint = await keeper.servers.complaint().catch(() => '')
      if (complaint !== '') throw new Error(`The engine does not start: ${complaint}`)
    }
    checkUp(keeper.engine)
    const key = publicOf(seed)
    await keeper.members.put({ name: host, id: hostId, key })
    await keeper.hold()
    await keeper.cluster.settle()
    return { engine: { ...engine, credential: { seed, token: keeper.sign(host, key) } }, keeper }
  } catch (error) {
    await abandon(keeper, p8a.storage)
    throw error
  }
}

/** @returns the keeper of the engine of this fleet, if this host is one */
export async function keeperIn(settings: FleetSettings, options: FoundingOptions): Promise<Keeper | undefined> {
  const { engine, host, hostId } = settings
  if (engine.kind !== 'nats' || !engine.credential) return undefined
  const keys = await readKeys(options.p8a.storage)
  if (keys?.fleet !== settings.fleet) return undefined
  const isNew = (await readIfThere(join(options.p8a.storage, 'engine', '1', 'server.conf'))) !== undefined
  const keeper = await keeperOf(keys, { engine, host, hostId, isNew }, options)
  keeper.look()
  return keeper
}

/** Nothing is left of the engine, nor of its keys. */
export async function abandon(keeper: Keeper, storage: string): Promise<void> {
  await keeper.close()
  await keeper.servers.removeAll()
  await rm(join(storage, 'keys.json'), { force: true })
  await writeKeeping(storage, undefined)
}

/** @param at.isNew whether this host has the servers with which the fleet was set up, also where it has noted none */
async function keeperOf(
  keys: Keys,
  { engine, host, hostId, isNew }: { engine: NatsEngineSettings; host: string; hostId: string; isNew: boolean },
  { p8a, lives }: FoundingOptions,
): Promise<Keeper> {
  const { certificateMs, inviteMs, sweepMs } = lives
  const { fleet, program } = keys
  const usual: EngineServer[] = keys.servers.map(({ address, route, isSpare = false }, at) => ({
    ...{ name: `${serversName(fleet)}-${at + 1}`, host, address, route, isSpare, isLeaving: false },
  }))
  const advertised = usual.find(({ isSpare }) => !isSpare)?.address ?? ''
  const hereOf = ({ name, address, route, isSpare }: EngineServer, at: number): ServerHere => ({
    ...{ at, name, address, route, program, advertised: isSpare ? advertised : '' },
  })
  const servers = await Servers.open({
    ...{ verbs: p8a.verbs, name: p8a.name, storage: p8a.storage, certificateMs, fleet },
    usual: isNew ? usual.map((server, at) => hereOf(server, at + 1)) : [],
    sign: async asked => await keeper.signHere(asked),
  })
  const log = (text: string) => p8a.log('fleet', text)
  const keeper: Keeper = new Keeper({
    keys,
    engine,
    host,
    hostId,
    storage: p8a.storage,
    servers,
    certificateMs,
    usual,
    inviteMs,
    sweepMs,
    log,
  })
  return keeper
}

/** Where the servers of one machine are. */
async function placesOf(addresses: readonly string[], spares: number): Promise<Keys['servers']> {
  const isAlone = addresses.length + spares === 1
  const servers: (Keys['servers'][number] & { advertised: string })[] = []
  const taken = () => [...addresses, ...servers.flatMap(({ address, route }) => [address, route])]
  for (const address of addresses)
    servers.push({ address, route: isAlone ? '' : await freeRoute(address, taken()), advertised: '' })
  for (let spare = 0; spare < spares; spare++)
    servers.push({ ...(await newSpare(servers, taken())), isSpare: true, advertised: '-' })
  return servers.map(({ advertised: _, ...server }) => server)
}

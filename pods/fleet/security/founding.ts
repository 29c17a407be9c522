// Sets up an engine of p8a's own on this host: keys, certificates, servers, and the credential by which this host is its first client. And opens
// what was set up before.

import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { P8a } from 'p8a'
import { checkUp } from '../engines.ts'
import { fleetError } from '../host/errors.ts'
import type { EngineSettings, FleetSettings } from '../settings.ts'
import type { Lives } from '../times.ts'
import { makeAuthority } from './certificates.ts'
import { newSeed, publicOf } from './claims.ts'
import { Keeper } from './keeper.ts'
import { type Keys, newSeeds, readKeys, writeKeys } from './keys.ts'
import { checkProgram } from './server-process.ts'
import { checkNames, hostOf, Servers } from './servers.ts'

/** What is asked for: where the servers are to be reached, each as `HOST:PORT`; all of them are on this machine. */
export type OwnEngine = { kind: 'own'; addresses: readonly string[]; program: string }

export type FoundingOptions = { p8a: P8a; lives: Lives; mostMs: number }

type NatsSettings = Extract<EngineSettings, { kind: 'nats' }>

/**
 * @returns the engine as this host is to use it, and its keeper
 * @throws {Error} if the program loses writes, or a server does not come up; then nothing of it is left
 */
export async function found(
  { addresses, program }: OwnEngine,
  { fleet, host, hostId }: Pick<FleetSettings, 'fleet' | 'host' | 'hostId'>,
  options: FoundingOptions,
): Promise<{ engine: NatsSettings; keeper: Keeper }> {
  const { p8a, mostMs } = options
  await checkProgram(program, addresses.length)
  await checkNames(p8a, addresses.length)
  const authority = await makeAuthority(fleet, Date.now())
  const servers = await Promise.all(
    addresses.map(async address => ({ address, route: addresses.length > 1 ? await freeRoute(hostOf(address)) : '' })),
  )
  for (const { address } of servers) await checkFree(address)
  const keys: Keys = { v: 1, fleet, ...newSeeds(), authority, servers, program }
  await writeKeys(p8a.storage, keys)
  const seed = newSeed('user')
  const engine: NatsSettings = {
    kind: 'nats',
    servers: addresses.map(address => `tls://${address}`),
    replicas: addresses.length,
    ca: authority.cert,
  }
  const keeper = keeperOf(keys, engine, options)
  try {
    await keeper.servers.start()
    await keeper.engine.upWithin(mostMs)
    if (!keeper.engine.isUp) {
      const complaint = await keeper.servers.complaint().catch(() => '')
      if (complaint !== '') throw new Error(`The engine does not start: ${complaint}`)
    }
    checkUp(keeper.engine)
    const key = publicOf(seed)
    await keeper.members.put({ name: host, id: hostId, key })
    return { engine: { ...engine, credential: { seed, token: keeper.sign(host, key) } }, keeper }
  } catch (error) {
    await abandon(keeper, p8a.storage)
    throw error
  }
}

/** @returns the keeper of the engine of this fleet, if this host is one */
export async function keeperIn(settings: FleetSettings, options: FoundingOptions): Promise<Keeper | undefined> {
  const { engine } = settings
  if (engine.kind !== 'nats' || !engine.credential) return undefined
  const keys = await readKeys(options.p8a.storage)
  if (keys?.fleet !== settings.fleet) return undefined
  const keeper = keeperOf(keys, engine, options)
  keeper.look()
  return keeper
}

/** Nothing is left of the engine, nor of its keys. */
export async function abandon(keeper: Keeper, storage: string): Promise<void> {
  await keeper.close()
  await keeper.servers.remove()
  await rm(join(storage, 'keys.json'), { force: true })
}

function keeperOf(keys: Keys, engine: NatsSettings, { p8a, lives }: FoundingOptions): Keeper {
  const { certificateMs, inviteMs } = lives
  const servers = new Servers(keys, { verbs: p8a.verbs, name: p8a.name, storage: p8a.storage, certificateMs })
  return new Keeper({ keys, engine, servers, inviteMs, log: text => p8a.log('fleet', text) })
}

/** Where the servers of one machine reach each other. */
async function freeRoute(host: string): Promise<string> {
  const server = createServer()
  await listening(server, { host, port: 0 })
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error(`There is no free port at ${host}`)
  return `${host.includes(':') ? `[${host}]` : host}:${address.port}`
}

/** @throws {Error} if this machine cannot listen there */
async function checkFree(address: string): Promise<void> {
  const server = createServer()
  await listening(server, { host: hostOf(address), port: Number(new URL(`tls://${address}`).port) }).catch(error => {
    const { code, message } = error as { code?: string; message: string }
    const why = { EADDRINUSE: 'something listens there already', EADDRNOTAVAIL: 'this machine has no such address' }
    throw fleetError(
      'bad_params',
      `Cannot start the engine at ${address}: ${why[code as keyof typeof why] ?? message}`,
      'Give an address of this machine, and a port that is free: --engine HOST:PORT',
    )
  })
  await new Promise(resolve => server.close(resolve))
}

async function listening(server: ReturnType<typeof createServer>, at: { host: string; port: number }): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(at, resolve)
  })
}

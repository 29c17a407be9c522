// A host of a fleet that gives a server to its engine: it asks the keeper to take it in, and lets it sign.
import type { P8a } from 'p8a'
import type { Finding } from '../finding.ts'
import { unavailable } from '../host/errors.ts'
import { BusError, type BusPort, failed } from '../port/ports.ts'
import type { EngineServer } from '../records.ts'
import { Servers, type Signed } from './servers.ts'

export type AskedOfServers =
  | { do: 'add'; address: string; route: string }
  | { do: 'remove' }
  | { do: 'look' }
  | { do: 'fence'; key: string }
  | { do: 'sign'; name: string; publicKey: string }
export type ToldOfServers = {
  server?: EngineServer
  signed?: Signed
  token?: string
  findings?: Finding[]
  error?: string
  /** It would be done later: another server is coming or going, or the engine is away for a moment. */
  isPassing?: boolean
}

const askMs = 20_000

/** @param host the one that asks. @throws {Error} `fleet_unavailable`; what the keeper says, with `isPassing` where it would do it later */
export async function askKeeper(bus: BusPort, host: string, asked: AskedOfServers): Promise<ToldOfServers> {
  const told = await bus
    .request(`keeper.engine.${host}`, Buffer.from(JSON.stringify(asked)), { timeoutMs: askMs })
    .catch(error => {
      if (error instanceof BusError && error.why === 'denied')
        throw new Error(
          'The credential of this host is of an older p8a, which gave no servers: let it leave and join again',
        )
      throw unavailable(
        failed('unavailable', `the host that keeps the engine does not answer: ${(error as Error).message}`),
      )
    })
  const answer = JSON.parse(Buffer.from(told).toString()) as ToldOfServers
  const { error, isPassing = false } = answer
  if (error !== undefined)
    throw Object.assign(new Error(`Cannot change the servers of the engine: ${error}`), { isPassing })
  return answer
}

export type ServingOptions = { p8a: P8a; fleet: string; host: string; bus: BusPort; certificateMs: number }

/** The servers of a host that does not keep the engine. */
export async function servingOf({ p8a, fleet, host, bus, certificateMs }: ServingOptions): Promise<Servers> {
  return await Servers.open({
    ...{ verbs: p8a.verbs, name: p8a.name, storage: p8a.storage, certificateMs, fleet },
    sign: async ({ name, publicKey }) => {
      const { signed } = await askKeeper(bus, host, { do: 'sign', name, publicKey })
      if (!signed) throw new Error('The host that keeps the engine signs nothing: upgrade it')
      return signed
    },
  })
}

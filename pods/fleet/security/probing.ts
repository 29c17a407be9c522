// Which servers of an engine answer a host that asks each of them by itself, where no keeper does that for it.
import { connect } from '@nats-io/transport-node'
import { connectProblem } from '../nats/failures.ts'
import { whoAndWhere } from '../nats/link.ts'
import type { EngineServer } from '../records.ts'
import type { EngineSettings } from '../settings.ts'

const connectMs = 5000

type Server = Pick<EngineServer, 'name' | 'host' | 'address'>

/** @param servers which hosts reach at their addresses. @returns those that do not answer, and why */
export async function silentOf(
  engine: Extract<EngineSettings, { kind: 'nats' }>,
  { fleet, servers }: { fleet: string; servers: readonly Server[] },
): Promise<(Server & { why: string })[]> {
  const asked = servers.map(async server => {
    const who = whoAndWhere({ ...engine, fleet, servers: [`tls://${server.address}`] })
    try {
      await (await connect({ ...who, reconnect: false, timeout: connectMs, ignoreClusterUpdates: true })).close()
      return []
    } catch (error) {
      return [{ ...server, why: connectProblem(error) }]
    }
  })
  return (await Promise.all(asked)).flat()
}

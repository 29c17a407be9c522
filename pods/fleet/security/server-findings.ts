// What is wrong with the servers of an engine of p8a's own, by what they say of themselves.
import { error, type Finding } from '../finding.ts'
import type { EngineServer } from '../records.ts'

/** As a keeper does. */
type Asking = { settingsOfServers: (count: number) => Promise<{ name: string; isSynced: boolean }[]> }

/** @param known the servers that the engine is to have */
export async function serverFindings(
  keeper: Asking,
  known: readonly Pick<EngineServer, 'name' | 'host'>[],
): Promise<Finding[]> {
  try {
    const servers = await keeper.settingsOfServers(Math.max(known.length, 1))
    const silent = known.filter(({ name }) => servers.every(server => server.name !== name))
    const unsafe = servers.filter(({ isSynced }) => !isSynced)
    return [
      ...silent.map(({ name, host }) => error(`server ${name} of host "${host}" does not answer`)),
      ...unsafe.map(({ name }) =>
        error(`server ${name} acknowledges what is not on its disk: its configuration needs sync_interval: always`),
      ),
    ]
  } catch (failure) {
    return [error(`the servers of the engine do not answer: ${(failure as Error).message}`)]
  }
}

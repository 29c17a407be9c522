// A connection to the host on this machine, for the `pod host …` commands.
import { P8aError } from '../../protocol/errors.ts'
import { type Client, connect } from '../client/client.ts'
import { socketFile } from './data-dir.ts'

/**
 * Connects to the host in the data directory, does `work`, and closes the connection.
 * @throws {P8aError} `host_unreachable`; it says that no host runs if that is the reason; `host_silent`
 */
export async function withLocalHost<T>(
  { dataDir, silenceMs }: { dataDir: string; silenceMs?: number },
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = await connect({ kind: 'unix', path: socketFile(dataDir) }, { silenceMs }).catch(error => {
    throw isAbsence(error) ? noHost(dataDir, error) : error
  })
  try {
    return await work(client)
  } finally {
    client.close()
  }
}

/** Whether an error says that no host runs, rather than that a host could not be asked. */
function isAbsence(error: unknown): boolean {
  return error instanceof P8aError && ['ENOENT', 'ECONNREFUSED'].includes(String(error.facts.reason))
}

function noHost(dataDir: string, cause: P8aError): P8aError {
  return new P8aError('host_unreachable', `No host is running in ${dataDir}`, {
    hint: { text: 'Start one', do: { verb: 'host start', options: { detach: true } } },
    facts: cause.facts,
    cause,
  })
}

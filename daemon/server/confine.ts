// Keeps what lies beside the path of a client's token out of what it is told.
import { P8aError } from '../../protocol/errors.ts'
import { isWithin } from '../../protocol/names.ts'
import type { Identity } from './authority.ts'

/** Does `work` for a client, and takes out of the outcome what is not its to see. */
export async function withinSight<T>({ path }: Identity, work: () => Promise<T>): Promise<T> {
  if (path === '') return await work()
  try {
    return withoutOthers(await work(), path)
  } catch (error) {
    // Its hint names the hosts that there are, wherever they are.
    if (!(error instanceof P8aError) || error.code !== 'host_not_found') throw error
    const { code, message, facts } = error
    throw new P8aError(code, message, { hint: `Your token is for the path "${path}" alone`, facts })
  }
}

/** `host.info` of any host lists all paths there are, and says where the whole host lies. */
function withoutOthers<T>(result: T, path: string): T {
  if (typeof result !== 'object' || result === null || !('hosts' in result) || !Array.isArray(result.hosts))
    return result
  return { ...result, hosts: result.hosts.filter(host => typeof host === 'string' && isWithin(path, host)) }
}

// Keeps what lies beside the path of a client's token out of what it is told.
import { P8aError } from '../../../protocol/errors.ts'
import { isWithin } from '../../../protocol/names.ts'
import type { Identity } from './authority.ts'

/** Does `work` for a client, and takes out of the outcome what is not its to see. */
export async function withinSight<T>(identity: Identity, work: () => Promise<T>): Promise<T> {
  const { path } = identity
  if (path === '') return await work()
  try {
    return withoutOthers(await work(), path)
  } catch (error) {
    throw error instanceof P8aError ? withoutHint(error, identity) : error
  }
}

/** Which hosts there are, and which pod the host of the token belongs to, lies beside it. */
function withoutHint(error: P8aError, { path, pod: asker }: Identity): P8aError {
  const { code, facts } = error
  if (code === 'host_not_found') {
    return new P8aError(code, error.message, {
      hint: asker === undefined ? `Your token is for the path "${path}" only` : `The pod is on the host at "${path}"`,
      facts,
    })
  }
  if (code !== 'host_gone' || facts.path !== path) return error
  const { pod: _, ...told } = facts
  return new P8aError(code, `The host at "${path}" is gone`, { hint: 'Ask the people who run it', facts: told })
}

/** `host.info` of any host lists all paths there are, and says where the whole host lies. */
function withoutOthers<T>(result: T, path: string): T {
  if (typeof result !== 'object' || result === null || !('hosts' in result) || !Array.isArray(result.hosts))
    return result
  return { ...result, hosts: result.hosts.filter(host => typeof host === 'string' && isWithin(path, host)) }
}

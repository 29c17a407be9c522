// Removes from answers what lies outside of the path of a client's token.
import { P8aError } from '../../../protocol/errors.ts'
import { isWithin } from '../../../protocol/names.ts'
import type { Identity } from './authority.ts'

/** Does `work` for a client, and removes from the outcome what it may not see. */
export async function withinSight<T>(identity: Identity, work: () => Promise<T>): Promise<T> {
  const { path } = identity
  if (path === '') return await work()
  try {
    return withoutOthers(await work(), path)
  } catch (error) {
    throw error instanceof P8aError ? withoutHint(error, identity) : error
  }
}

/** The names of other hosts, and the pod that makes the token's own host, lie outside of its path. */
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

/** `host.info` of any host lists all paths, and where the whole host lies. */
function withoutOthers<T>(result: T, path: string): T {
  if (typeof result !== 'object' || result === null || !('hosts' in result) || !Array.isArray(result.hosts))
    return result
  return { ...result, hosts: result.hosts.filter(host => typeof host === 'string' && isWithin(path, host)) }
}

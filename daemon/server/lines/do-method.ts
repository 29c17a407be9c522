// Does a method for a known client: checks its rights and params, and writes the outcome into the audit log.
import type { MethodName, MethodParams, MethodResults } from '../../../protocol/methods.ts'
import type { Asker } from '../../../protocol/words.ts'
import type { Verbs } from '../../verbs/by-path.ts'
import { parseParams } from '../../verbs/params.ts'
import { isHostVerb } from '../../verbs/table.ts'
import type { HostVerb, ServerMethod } from '../../verbs/verb.ts'
import { type Audit, audited } from '../access/audited.ts'
import { withinSight } from '../access/confine.ts'
import { checkRights } from '../access/rights.ts'
import type { Call, Client } from './client.ts'
import type { ServerVerbs } from './server-verbs.ts'

/** What can be asked for. */
export type Methods = {
  verbs: Pick<Verbs, 'do'>
  /** The verbs of the server itself. */
  own: ServerVerbs
  audit: Audit
}

/** @throws {P8aError} `forbidden`, `bad_params`, `bad_config`, and what the verb throws */
export async function doMethod(
  methods: Methods,
  { method, params }: { method: MethodName; params: unknown },
  call: Call,
): Promise<unknown> {
  const work = async () =>
    isHostVerb(method)
      ? await doHostVerb(methods.verbs, { method, params: parseParams(method, params) }, call)
      : await doServerVerb(methods.own, { method, params }, call)
  const { identity, address } = call.client
  // Only `host.auth` comes here without an identity.
  if (!identity) return await work()
  const from = identity.from ?? address
  return await audited(methods.audit, { method, params, identity, from }, async () => {
    checkRights(method, { params, identity })
    return await withinSight(identity, work)
  })
}

async function doHostVerb<M extends HostVerb>(
  verbs: Methods['verbs'],
  { method, params }: { method: M; params: MethodParams<M> },
  { client, channel }: Call,
): Promise<MethodResults[M]> {
  const by = byOf(client)
  if (!channel) return await verbs.do(method, params, { signal: client.signal, by })
  const { signal } = channel.leaving
  const send = channel.takesValues ? async (items: readonly unknown[]) => await channel.send(items) : undefined
  return await unlessLeft(signal, verbs.do(method, params, { signal, by, send, channel }))
}

/** An unknown client never gets as far as a verb of the host. */
function byOf({ identity }: Client): Asker {
  const { name, role, path } = identity ?? { name: '', role: 'read', path: '' }
  return { name, role, path }
}

/** A request that is given up is answered at once. Its work is told by the same signal, and ends when it can. */
async function unlessLeft<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const left = Promise.withResolvers<never>()
  const onLeft = () => left.reject(signal.reason)
  if (signal.aborted) onLeft()
  signal.addEventListener('abort', onLeft, { once: true })
  try {
    return await Promise.race([work, left.promise])
  } finally {
    signal.removeEventListener('abort', onLeft)
  }
}

async function doServerVerb<M extends ServerMethod>(
  own: ServerVerbs,
  { method, params }: { method: M; params: unknown },
  call: Call,
): Promise<MethodResults[M]> {
  return await own[method](parseParams(method, params), call)
}

// Does a method for a known client: checks its rights and params, and writes the outcome into the audit log.
import type { JSONRPCID } from 'json-rpc-2.0'
import { itemNotices, type MethodName, type MethodParams, type MethodResults } from '../../../protocol/methods.ts'
import type { Asker } from '../../../protocol/words.ts'
import type { Verbs } from '../../verbs/by-path.ts'
import { parseParams } from '../../verbs/params.ts'
import { isHostVerb } from '../../verbs/table.ts'
import type { HostVerb, SendItems, ServerMethod } from '../../verbs/verb.ts'
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

/**
 * These can be given up, since they change nothing that would be left half done. Every other verb is done to its end.
 */
const cancelable: HostVerb[] = ['host.watch', 'pod.call', 'pod.logs', 'pod.output']

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
  { client, id }: Call,
): Promise<MethodResults[M]> {
  const { signal, dialogs, requests } = client
  const by = byOf(client)
  // Nobody waits for the answer, so nothing is sent before it either.
  if (id === undefined) return await verbs.do(method, params, { signal, by })
  const send = sendOf(client, { method, id })
  if (requests && id !== null && cancelable.includes(method))
    return await requests.during(id, signal, async signal => await verbs.do(method, params, { signal, by, send }))
  const openDialog = dialogs && id !== null ? () => dialogs.open(id) : undefined
  return await verbs.do(method, params, { signal, by, send, openDialog })
}

/** An unknown client never gets as far as a verb of the host. */
function byOf({ identity }: Client): Asker {
  const { name, role, path } = identity ?? { name: '', role: 'read', path: '' }
  return { name, role, path }
}

function sendOf<M extends HostVerb>(
  { tell }: Client,
  { method, id }: { method: M; id: JSONRPCID },
): SendItems<M> | undefined {
  if (!tell || !isTelling(method)) return undefined
  const notice = itemNotices[method]
  return async items => await tell(id, notice, items)
}

function isTelling(method: MethodName): method is keyof typeof itemNotices {
  return Object.hasOwn(itemNotices, method)
}

async function doServerVerb<M extends ServerMethod>(
  own: ServerVerbs,
  { method, params }: { method: M; params: unknown },
  call: Call,
): Promise<MethodResults[M]> {
  return await own[method](parseParams(method, params), call)
}

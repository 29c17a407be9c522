// The verbs of a host within a host: those that its owner handles are asked of it, the others are the root's own, done in
// its namespace.

import type { Answer } from '../../../protocol/channel/request.ts'
import type { Window } from '../../../protocol/channel/window.ts'
import { P8aError } from '../../../protocol/errors.ts'
import type { MethodParams, MethodResults } from '../../../protocol/methods.ts'
import { parseRunId, quote } from '../../../protocol/names.ts'
import { tellsItself } from '../../tree/mounts.ts'
import type { Namespace } from '../../tree/namespace.ts'
import type { Daemon } from '../daemon.ts'
import { verbs } from '../table.ts'
import type { Caller, HostVerb } from '../verb.ts'
import { Handling } from './handling.ts'
import { type HandledVerb, handledVerbs } from './verbs.ts'

type Asked<M extends HostVerb> = { method: M; params: MethodParams<M>; caller: Caller<M> }

/** After these, whoever watches the host is told what came of it. */
const changesPods: HostVerb[] = [
  'pod.push',
  'pod.start',
  'pod.wake',
  'pod.stop',
  'pod.restart',
  'pod.reload',
  'pod.rollback',
  'pod.sleep',
  'pod.scale',
  'pod.env',
  'pod.group',
  'pod.remove',
  'pod.command',
]

/** @throws {P8aError} `host_gone`, `host_loop`, `unsupported`, and what the verb or its handler throws */
export async function doHandled<M extends HostVerb>(
  { namespace, daemon }: { namespace: Namespace; daemon: Daemon },
  { method, params, caller }: Asked<M>,
): Promise<MethodResults[M]> {
  const { path, seams, pods, files, sleepers, tenants } = namespace
  const host = new Handling(namespace, { path, seams, pods, files, sleepers, tenants, daemon }, caller.by)
  const handler = (handledVerbs as { readonly [V in HostVerb]?: HandledVerb<V> })[method]
  if (handler && isHandled(host, method)) {
    const handled = handler(host, { ...params, hops: nextHop(namespace, params.hops) }, caller)
    return await (changesPods.includes(method) ? handled.finally(() => namespace.mounts.tellChanged()) : handled)
  }
  checkOffered(namespace, method, params)
  return await verbs[method](host.site, params, caller)
}

/** A call that a pod makes, which takes a stream as it comes. @throws {P8aError} `host_loop`, and as {@link AskOwner.ask} */
export async function handledCall(
  namespace: Namespace,
  handler: 'call' | 'reach',
  {
    params,
    by,
    ...options
  }: Pick<Caller<'pod.call'>, 'signal' | 'by'> & { params: MethodParams<'pod.call'>; takes: Window },
): Promise<Answer> {
  const { name, fn, args, timeoutMs, hops } = params
  const how = { hops: nextHop(namespace, hops), timeoutMs, by }
  return await namespace.handler.open(handler, [name, fn, args, how], { ...options, timeoutMs })
}

function isHandled(host: Handling, method: HostVerb): boolean {
  return host.handles(handlerOf(method)) || (method === 'pod.list' && host.handles('status'))
}

/** What a verb's handler is called: `pod.push` is `push`, `host.info` is `info`; all methods of events have one, and so have those about work. */
function handlerOf(method: HostVerb): string {
  if (method.startsWith('events.')) return 'events'
  if (method.startsWith('queue.')) return 'queue'
  return method.slice(method.indexOf('.') + 1)
}

/**
 * A host that hands a verb on to another one tells it how often that was done; where the hosts stand in a circle the
 * number grows until it is too large.
 * @throws {P8aError} `host_loop`
 */
function nextHop(namespace: Namespace, hops: number): number {
  const limit = namespace.seams.settings.maxHops
  if (hops < limit) return hops + 1
  throw new P8aError('host_loop', `The host at ${quote(namespace.path)} was asked through ${hops} other hosts`, {
    hint: 'Look for hosts that pass verbs on in a circle; the limit is maxHops in host.json',
    facts: { path: namespace.path, hops, limit },
  })
}

/**
 * A host that has handlers and keeps a pod by itself cannot ask the root to do something with that pod; and one that refuses
 * what it does not handle lets the root do nothing at all.
 */
function checkOffered(
  namespace: Namespace,
  method: HostVerb,
  params: { path: string; name?: string | undefined },
): void {
  const { handles, refusesOthers } = namespace.mounts.present
  // A run is meant by its id, such as web.7.
  const pod = params.name === undefined ? undefined : (parseRunId(params.name)?.pod ?? params.name)
  const isOwn =
    pod === undefined
      ? !(method.startsWith('profile.') && handles.size > 0)
      : method === 'pod.push' || namespace.pods.find(pod) !== undefined
  const isRoots = refusesOthers ? isBesideHandlers(method, handles) : isOwn || handles.size === 0
  if (method !== 'host.stop' && method !== 'host.upgrade' && isRoots) return
  const verb = handlerOf(method)
  throw new P8aError('unsupported', `The host at ${quote(namespace.path)} does not offer ${verb} of ${what(params)}`, {
    hint:
      handles.size > 0
        ? `It has no handler ${quote(verb)}. It offers: ${[...handles].join(', ')}`
        : { text: 'Stop the pod that makes it', do: { verb: 'stop', args: [namespace.owner.pod] } },
    facts: { path: namespace.path, verb },
  })
}

/** What belongs to a verb that the owner handles, or is about no pod: what is said of the host itself. */
function isBesideHandlers(method: HostVerb, handles: ReadonlySet<string>): boolean {
  if (method === 'host.watch') return tellsItself(handles)
  if (method === 'pod.push.missing' || method === 'pod.push.files') return handles.has('push')
  return method === 'host.info'
}

function what({ name }: { name?: string | undefined }): string {
  return name === undefined ? 'itself' : `pod ${quote(name)}`
}

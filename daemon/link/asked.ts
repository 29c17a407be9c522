// Requests of a pod to its host: a call of another pod, and a verb in a host of its own.
import type { Channel } from '../../protocol/channel/channel.ts'
import { pump } from '../../protocol/channel/pump.ts'
import { usualWindow } from '../../protocol/channel/window.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { Handled, ToHost } from '../../protocol/link.ts'
import { isMethod } from '../../protocol/methods.ts'
import { joinPath, quote, splitPath } from '../../protocol/names.ts'
import type { Found, Hosts } from '../tree/hosts.ts'
import type { Namespace } from '../tree/namespace.ts'
import type { Verbs } from '../verbs/by-path.ts'
import { handledCall } from '../verbs/handled/handled.ts'
import { parseParams } from '../verbs/params.ts'
import { isHostVerb } from '../verbs/table.ts'
import type { HostVerb } from '../verbs/verb.ts'
import { askerOf, ownerOf } from './asker.ts'
import type { Acquainted } from './introductions.ts'

/**
 * Calls a pod through the `call` verb of its host, which may have a handler. Throws as the verb does.
 * @param options.channel the channel on which the pod waits; a stream in the answer goes over it
 */
export async function callFrom(
  { hosts, verbs }: { hosts: Hosts; verbs: Verbs },
  { run, channel }: { run: Acquainted; channel: Channel },
  { name: full, hops, ...call }: ToHost['call']['params'],
): Promise<Handled> {
  const { path: within, name } = splitPath(full)
  const path = joinPath(run.place.path, within)
  const by = askerOf(run)
  // Whoever has the link of a pod may say anything.
  const params = parseParams('pod.call', { ...call, name, path })
  const { signal } = channel.leaving
  const namespace = hosts.find(path)
  const handler = namespace && handlerFor(namespace, within)
  if (!handler) return { value: (await verbs.do('pod.call', params, { signal, by })).value }
  const answer = await handledCall(namespace, handler, { params: { ...params, hops }, signal, by, takes: usualWindow })
  if ('value' in answer) return answer
  await pump(answer.stream, channel)
  return { value: null }
}

/** What the owner of a host calls its pods by: for a pod within it, those that are not up there. */
function handlerFor({ mounts: { present } }: Namespace, within: string): 'call' | 'reach' | undefined {
  if (present.handles.has('call')) return 'call'
  return within === '' && present.reaches ? 'reach' : undefined
}

/**
 * Does a verb in a host that the asker has mounted, without its handlers, as the root does its own.
 * @throws {P8aError} `unsupported` if it is not the asker's host; what the verb throws
 */
export async function ownVerb(
  hosts: Hosts,
  verbs: Verbs,
  { from, method, params, channel }: { from: Found | undefined; channel: Channel } & ToHost['verb']['params'],
): Promise<unknown> {
  const namespace = hosts.get(params.path)
  if (!from || !namespace.mounts.has(from.live) || !isOwnVerb(method)) {
    throw new P8aError(
      'unsupported',
      `Cannot do ${quote(method)} at ${quote(params.path)}: it is not this pod's host`,
      {
        facts: { method, path: params.path },
      },
    )
  }
  const by = ownerOf({ place: from.place, pod: from.entry.supervisor.name, live: from.live }, params.path)
  // The lines that a command asks for.
  if (method === 'pod.command') channel.accept(usualWindow)
  const send = channel.takesValues ? async (items: readonly unknown[]) => await channel.send(items) : undefined
  const caller = { signal: channel.leaving.signal, by, send, channel }
  return await verbs.doPast(namespace, { method, params: parseParams(method, params), caller })
}

/** What a pod may ask about the pods of its own host: verbs, and what their images are made of. */
function isOwnVerb(method: string): method is Extract<HostVerb, `pod.${string}` | 'image.show' | 'image.bytes'> {
  const isOfPod = method.startsWith('pod.') || method === 'image.show' || method === 'image.bytes'
  return isOfPod && isMethod(method) && isHostVerb(method)
}

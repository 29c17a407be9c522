// What a pod asks of its host: a call to another pod, and a verb in a host of its own.
import { P8aError } from '../../protocol/errors.ts'
import type { ToHost } from '../../protocol/link.ts'
import { methods } from '../../protocol/methods.ts'
import { quote } from '../../protocol/names.ts'
import { call } from '../host/call.ts'
import type { Caller, HostVerb, OwnVerbs } from '../host/host.ts'
import { parseParams } from '../host/params.ts'
import type { Found, Hosts } from './hosts.ts'
import type { Namespace } from './namespace.ts'

/** A pod has nobody to stream to. */
const nobody: Caller = { signal: new AbortController().signal, send: undefined }

/** Calls another pod of the asker's host or, as `inner.web`, of a host within that. Throws as {@link call}. */
export async function callFrom(
  hosts: Hosts,
  from: Found | undefined,
  asked: ToHost['call']['params'],
): Promise<unknown> {
  const { path, name } = splitName(asked.name)
  const own = from?.place.path ?? ''
  const { context, pods } = hosts.place([own, path].filter(part => part !== '').join('.'))
  return (await call(context, pods, { ...asked, name })).value
}

/** `inner.second.web` is pod `web` at `inner.second`; `web.7` is run 7 of `web`. */
function splitName(full: string): { path: string; name: string } {
  const parts = full.split('.')
  const namesOfPod = /^\d+$/.test(parts.at(-1) ?? '') ? 2 : 1
  return { path: parts.slice(0, -namesOfPod).join('.'), name: parts.slice(-namesOfPod).join('.') }
}

/**
 * Does a verb in a host that the asker has mounted, past its handlers, as the root does its own.
 * @throws {P8aError} `unsupported` where it is not the asker's host; what the verb throws
 */
export async function ownVerb(
  own: OwnVerbs,
  from: Found | undefined,
  { namespace, method, params }: { namespace: Namespace } & ToHost['verb']['params'],
): Promise<unknown> {
  if (!from || !namespace.isMountedBy(from.live) || !method.startsWith('pod.') || !Object.hasOwn(methods, method)) {
    throw new P8aError(
      'unsupported',
      `Cannot do ${quote(method)} at ${quote(params.path)}: it is not this pod's host`,
      {
        facts: { method, path: params.path },
      },
    )
  }
  const verb = own(namespace)[method as HostVerb] as (params: unknown, caller: Caller) => unknown
  return await verb(parseParams(method as HostVerb, params), nobody)
}

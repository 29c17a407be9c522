// What a pod asks of its host: a call to another pod, and a verb in a host of its own.
import { P8aError } from '../../protocol/errors.ts'
import type { ToHost } from '../../protocol/link.ts'
import { methods } from '../../protocol/methods.ts'
import { joinPath, quote, splitPath } from '../../protocol/names.ts'
import type { Caller, HostVerb, VerbsByPath } from '../host/host.ts'
import { parseParams } from '../host/params.ts'
import type { Found, Hosts, Place } from './hosts.ts'

/** A pod has nobody to stream to. */
const nobody: Caller = { signal: new AbortController().signal, send: undefined }

/** Calls a pod by the verb of its host, which that host's owner may handle. Throws as the verb does. */
export async function callFrom(
  { verbs }: VerbsByPath,
  { place }: { place: Place },
  { name: full, ...asked }: ToHost['call']['params'],
): Promise<unknown> {
  const { path, name } = splitPath(full)
  const params = { ...asked, name, path: joinPath(place.path, path), hops: 0 }
  return (await verbs['pod.call'](params, nobody)).value
}

/**
 * Does a verb in a host that the asker has mounted, past its handlers, as the root does its own.
 * @throws {P8aError} `unsupported` where it is not the asker's host; what the verb throws
 */
export async function ownVerb(
  hosts: Hosts,
  { own }: VerbsByPath,
  { from, method, params }: { from: Found | undefined } & ToHost['verb']['params'],
): Promise<unknown> {
  const namespace = hosts.get(params.path)
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

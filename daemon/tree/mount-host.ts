// Mounts hosts, and closes them: a run says that it is the host at a path, or that it is so no more.
import { P8aError } from '../../protocol/errors.ts'
import type { ToHost } from '../../protocol/link.ts'
import { checkName, quote } from '../../protocol/names.ts'
import { depthOf, parentOf } from './host-path.ts'
import type { Found, Hosts } from './hosts.ts'
import type { Namespace } from './namespace.ts'
import { type Owner, ownerFileOf } from './owner-file.ts'

/**
 * A run says that it is the host `path`, and which verbs it answers itself.
 * @throws {P8aError} `bad_name`, `host_exists`, `unsupported` for a path that is not its own or too deep, `save_failed`
 */
export async function mountHost(
  hosts: Hosts,
  found: Found,
  { path, handles, others, imported }: ToHost['mount']['params'],
): Promise<void> {
  const { place, entry, live } = found
  const owner: Owner = { path: place.path, pod: entry.supervisor.name, imported }
  checkPath(hosts, found, path)
  const known = hosts.find(path)
  const isAnothers = known && (known.owner.path !== owner.path || known.owner.pod !== owner.pod)
  if (isAnothers && hosts.ownerOf(known)) throw isThere(known)
  const namespace = known ?? (await make(hosts, path, owner))
  // One that was removed while no host looked has left it to whoever asks for it.
  const isLeft = isAnothers || namespace.owner.imported !== imported
  if (namespace.isClosed || isLeft) await namespace.own({ owner, isClosed: false })
  namespace.mount(live, { handles, others })
  namespace.follow(entry)
  await namespace.pods.holding.release()
  hosts.root.seams.log.info('host', `mounted at ${path}`, { pod: owner.pod, handles })
}

/**
 * A run is not the host `path` any more. Unless another run of its pod is, all that is in it stops, innermost first.
 * @throws {P8aError} `host_not_found`, `unsupported` where it is not that run's, `save_failed`
 */
export async function unmountHost(hosts: Hosts, { live }: Found, { path }: { path: string }): Promise<void> {
  const namespace = hosts.get(path)
  if (!namespace.mounts.has(live)) {
    throw new P8aError('unsupported', `Cannot close the host at ${quote(path)}: it is not this pod's`, {
      facts: { path },
    })
  }
  namespace.mounts.delete(live)
  if (namespace.mounts.isMounted) return
  await namespace.own({ owner: namespace.owner, isClosed: true })
  for (const { pods } of hosts.within(path).toReversed()) await pods.holding.hold()
  hosts.root.seams.log.info('host', `closed at ${path}`, { pod: namespace.owner.pod })
}

async function make(hosts: Hosts, path: string, owner: Owner): Promise<Namespace> {
  const owned = { owner, isClosed: false }
  // At once, so that two that come at the same moment do not both make it.
  const namespace = hosts.add(path, owned, ownerFileOf(hosts.root.seams, path))
  try {
    await namespace.makeFolders()
    await namespace.own(owned)
  } catch (error) {
    hosts.forget(path)
    throw error
  }
  hosts.watchFilesOf(namespace)
  return namespace
}

/** @throws {P8aError} `bad_name`, `unsupported` */
function checkPath(hosts: Hosts, { place, live }: Found, path: string): void {
  const parent = parentOf(path)
  checkName(path.slice(parent === '' ? 0 : parent.length + 1), 'host')
  const isOwn = parent === place.path || hosts.find(parent)?.mounts.has(live)
  if (!isOwn) {
    throw new P8aError('unsupported', `Cannot mount a host at ${quote(path)}: ${quote(parent)} is not this pod's`, {
      hint: 'A pod can mount hosts beside itself, and within hosts that it has mounted',
      facts: { path },
    })
  }
  const { maxHostDepth } = hosts.root.seams.settings
  if (depthOf(path) <= maxHostDepth) return
  throw new P8aError(
    'unsupported',
    `Cannot mount a host at ${quote(path)}: its path would have ${depthOf(path)} names`,
    {
      hint: `The limit is ${maxHostDepth}: maxHostDepth in host.json`,
      facts: { path, limit: maxHostDepth },
    },
  )
}

function isThere({ path, owner: { pod } }: Namespace): P8aError {
  return new P8aError('host_exists', `Cannot mount a host at ${quote(path)}: pod ${quote(pod)} has one`, {
    hint: 'Choose another name, or remove that pod',
    facts: { path, pod },
  })
}

// What becomes of the hosts of a pod with that pod: they stop before it, and are removed after it, innermost first.
import { removeSealed } from '../image/seal.ts'
import { parentOf } from './host-path.ts'
import type { Hosts } from './hosts.ts'
import type { Namespace } from './namespace.ts'
import type { Owner } from './owner-file.ts'

/** A pod, by its name and the path of the host that it is on. */
type Pod = Pick<Owner, 'path' | 'pod'>

/** Ends what runs in the hosts of a pod. @returns what lets it run again */
export async function holdHostsOf(hosts: Hosts, pod: Pod): Promise<() => Promise<void>> {
  const held = hosts.withinAll(belongsTo(pod))
  for (const { pods } of held.toReversed()) await pods.holding.hold()
  return async () => {
    for (const { pods, isClosed } of held) if (!isClosed) await pods.holding.release()
  }
}

/** Removes the hosts of a pod that is removed, with all that is in them. */
export async function removeHostsOf(hosts: Hosts, pod: Pod): Promise<void> {
  await removeAll(hosts, hosts.withinAll(belongsTo(pod)))
}

/** Removes the hosts that a pod has made which the owner of the host at `path` has imported, and has removed now. */
export async function removeHostsMadeBy(hosts: Hosts, { path, pod }: Pod): Promise<void> {
  const isMade = (namespace: Namespace) => namespace.owner.imported === pod && parentOf(namespace.path) === path
  await removeAll(hosts, hosts.withinAll(isMade))
}

function belongsTo({ path, pod }: Pod): (namespace: Namespace) => boolean {
  return ({ owner }) => owner.path === path && owner.pod === pod
}

/** @param namespaces innermost last */
async function removeAll(hosts: Hosts, namespaces: readonly Namespace[]): Promise<void> {
  for (const namespace of namespaces.toReversed()) {
    await namespace.pods.holding.hold()
    await namespace.detach()
    hosts.forget(namespace.path)
    await removeSealed(namespace.seams.paths.data)
  }
}

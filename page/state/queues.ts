// Which queues there are on a host and on those within it. Pure.
import { fullName } from '../../protocol/pod-order.ts'
import type { QueueInfo } from '../../protocol/words-queue.ts'

/** A queue, and the path of the host that tells of it. */
export type QueueAt = QueueInfo & { path: string }

/** How many hosts are asked at most. */
const mostHosts = 20

/** The hosts that may have queues: the one that is looked at, and those within it that have pods; outer ones first. */
export function queueHosts(path: string, pods: Iterable<{ path: string }>): string[] {
  const depth = (one: string) => (one === '' ? 0 : one.split('.').length)
  const paths = new Set([path, ...[...pods].map(pod => pod.path)])
  return [...paths].sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1)).slice(0, mostHosts)
}

/** Each queue once: a fleet tells of those of its hosts too. */
export function queuesOf(told: readonly { path: string; queues: readonly QueueInfo[] }[]): QueueAt[] {
  const known = new Map<string, QueueAt>()
  for (const { path, queues } of told)
    for (const queue of queues) {
      const name = fullName({ path, name: queue.name })
      if (!known.has(name)) known.set(name, { ...queue, path })
    }
  return [...known.values()]
}

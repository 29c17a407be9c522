// How much a push by git may bring to a path whose images are bounded by a quota: what the repositories there take counts too.
import { exceeded } from '../bounds/quota-exceeded.ts'
import { sizeOf } from '../bounds/storage.ts'
import type { Hosts } from './hosts.ts'

/**
 * In bytes; infinite where no quota bounds it.
 * @throws {P8aError} `quota_exceeded` where there is no room
 */
export async function gitRoom(path: string, hosts: Pick<Hosts, 'root' | 'within'>): Promise<number> {
  const { tenants } = hosts.root
  let room = Number.POSITIVE_INFINITY
  for (const { path: of, bounds } of tenants.quotas.over(path)) {
    const most = bounds.images
    if (most === undefined) continue
    const repositories = hosts.within(of).map(({ seams }) => sizeOf(seams.paths.repositories))
    const used = (await Promise.all(repositories)).reduce((sum, size) => sum + size, tenants.used(of).images)
    if (used >= most) throw exceeded(of, { key: 'images', most, used })
    room = Math.min(room, most - used)
  }
  return room
}

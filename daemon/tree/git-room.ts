// How much a push by git may bring to a path whose images are bounded by a quota: what the repositories there take counts too.
import { isWithin } from '../../protocol/names.ts'
import { exceeded } from '../bounds/quota-exceeded.ts'
import { sizeOf } from '../bounds/storage.ts'
import type { Hosts } from './hosts.ts'

/** `bytes`: infinite where no quota bounds it. `quota`: the path of the outermost one that does. */
export type GitRoom = { bytes: number; quota: string | undefined }

/**
 * Two pushes within one quota that ask at once are both told all of it, so the one has to be over before the other asks.
 * @throws {P8aError} `quota_exceeded` where there is no room
 */
export async function gitRoom(path: string, hosts: Pick<Hosts, 'root' | 'within'>): Promise<GitRoom> {
  const { tenants } = hosts.root
  const room: GitRoom = { bytes: Number.POSITIVE_INFINITY, quota: undefined }
  for (const { path: of, bounds } of tenants.quotas.over(path)) {
    const most = bounds.images
    if (most === undefined) continue
    const repositories = hosts.within(of).map(({ seams }) => sizeOf(seams.paths.repositories))
    const used = (await Promise.all(repositories)).reduce((sum, size) => sum + size, tenants.used(of).images)
    if (used >= most) throw exceeded(of, { key: 'images', most, used })
    room.bytes = Math.min(room.bytes, most - used)
    if (room.quota === undefined || isWithin(of, room.quota)) room.quota = of
  }
  return room
}

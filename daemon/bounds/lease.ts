// The lease of a run that is kept apart, or has a user of its own: it may read that file. The config of its code names it, so that could
// be any file.
import { chmod, readdir, stat } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import type { PodConfig } from '../../protocol/config.ts'
import type { Lease } from '../../protocol/lease.ts'
import type { DataPaths } from '../system/paths.ts'
import { readPlain } from '../system/plain-file.ts'
import { ownUid } from '../system/users.ts'
import { openWay, rootFolder } from '../system/way.ts'

const maxLeaseBytes = 64

/** The lease by which a run lives, if it has one. */
export function leaseOf({ lease }: Pick<PodConfig, 'lease'>): { lease?: Lease } {
  return lease ? { lease: { file: lease.file, forMs: lease.for } } : {}
}

/** The same for a run that its keeper ends: of one in a container, that is given the means to end it without the host. */
export async function leaseOfKept(
  config: Pick<PodConfig, 'lease' | 'isolate'>,
  { paths, key }: { paths: DataPaths; key: string },
): Promise<{ lease?: Lease }> {
  const { lease } = leaseOf(config)
  if (!lease || config.isolate?.by !== 'container') return lease ? { lease } : {}
  const { endOfContainer } = await import('./containers.ts')
  const end = await endOfContainer({ data: rootFolder(paths), key })
  return { lease: { ...lease, ...(end && { end }) } }
}

/**
 * Whether a run may see the folder of what it says is its lease: it is one, or nothing is there yet. In the data directory only that of a
 * fleet is one.
 */
export async function isLease(paths: DataPaths, file: string): Promise<boolean> {
  const inside = insideOf(paths, file)
  if (inside !== undefined) return await isOfFleet(file, inside)
  if ((await readdir(dirname(file)).catch(() => undefined))?.length === 0) return true
  const text = await readPlain(file, { maxBytes: maxLeaseBytes, mayBeLink: true }).catch(() => '')
  return /^\s*\d+(\.\d+)?\s*$/.test(text)
}

/** Lets others read the lease of a fleet. @throws the system's error */
export async function openLease(paths: DataPaths, file: string): Promise<void> {
  const inside = insideOf(paths, file)
  if (inside === undefined || !(await isOfFleet(file, inside))) return
  await openWay(rootFolder(paths), dirname(file))
  await chmod(file, 0o644)
}

function insideOf(paths: DataPaths, file: string): string | undefined {
  const path = relative(rootFolder(paths), file)
  return path.startsWith('..') ? undefined : path
}

/** In the storage of another user that one could put a link in its place. */
async function isOfFleet(file: string, inside: string): Promise<boolean> {
  if (!/(^|\/)pods\/[^/]+\/storage\/lease\/taken$/.test(inside)) return false
  const storage = await stat(dirname(dirname(file))).catch(() => undefined)
  return storage !== undefined && storage.uid === ownUid()
}

// How a pod leaves the disk: out of sight in one step, and then bit by bit. The next start finishes an interrupted
// removal.
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { DataPaths } from '../system/paths.ts'
import { removeTrees } from '../system/remove-tree.ts'
import { saveError, syncDirectory } from './state-file.ts'

/**
 * One rename takes a pod's folder out of sight, or leaves it as it was.
 * @returns its new path
 * @throws {P8aError} `no_space`, `save_failed`
 */
export async function takeOutOfSight({ pods, pod }: DataPaths, name: string, nowMs: number): Promise<string> {
  const { dir } = pod(name)
  const trash = join(pods, `.removed-${name}-${nowMs}`)
  try {
    await rename(dir, trash).catch(ignoreMissing)
    await syncDirectory(pods)
    return trash
  } catch (error) {
    // Either of the two may have failed after the folder was moved.
    await rename(trash, dir).catch(() => {})
    throw saveError(dir, error)
  }
}

/** Removes the pod's logs and repository, and then its folder, which is out of sight. */
export async function erase(paths: DataPaths, { name, trash }: { name: string; trash: string }): Promise<void> {
  await removeTrees([paths.pod(name).logs, paths.repository(name)])
  await removeTrees([trash])
}

/**
 * Finishes the removals of an earlier host.
 * @param entries those of the folder of pods
 * @param isThere whether a pod has that name again: then the logs are that pod's
 */
export async function eraseLeftovers(
  paths: DataPaths,
  entries: readonly string[],
  isThere: (name: string) => boolean,
): Promise<void> {
  for (const entry of entries.filter(name => name.startsWith('.removed-'))) {
    const name = /^\.removed-(.+)-\d+$/.exec(entry)?.[1]
    const trash = join(paths.pods, entry)
    if (name !== undefined && !isThere(name)) await erase(paths, { name, trash })
    else await removeTrees([trash])
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

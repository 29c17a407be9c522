// How a pod leaves the disk: out of sight in one step, and then bit by bit. What is cut off is finished at the next start.
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DataPaths } from '../system/paths.ts'
import { saveError, syncDirectory } from './state-file.ts'

/**
 * One rename takes a pod's folder out of sight, or leaves it as it was.
 * @returns where it is then
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

/** Removes a folder that is out of sight, and the pod's logs before it. */
export async function erase(paths: DataPaths, { name, trash }: { name: string; trash: string }): Promise<void> {
  await rm(paths.pod(name).logs, { recursive: true, force: true })
  await rm(trash, { recursive: true, force: true })
}

/**
 * Removes what an earlier host did not come to.
 * @param entries of the folder of pods
 * @param isThere whether a pod has that name again: the logs are that pod's then
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
    else await rm(trash, { recursive: true, force: true })
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

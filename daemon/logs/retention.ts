// Removes a pod's old log files, by age and by total size. It does not know which runs live; it is told.
import { unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing } from '../system/plain-file.ts'
import { type LogFile, listRuns } from './files.ts'

export type Retention = {
  /**
   * Numbers of the runs that have a process; their live files are never removed. It is asked at each removal, so a
   * set that is kept up to date also guards a run that begins meanwhile.
   */
  live: ReadonlySet<number>
  /** What all log files of the pod may take together. */
  maxBytes: number
  /** How long ago a file may have been written last. */
  maxAgeMs: number
  nowMs: number
}

/**
 * Removes rotated files and logs of ended runs: those that are too old, then the oldest until the rest fits.
 * @param dir the directory that has a directory for each pod
 * @returns how many files were removed, and how many bytes they had
 */
export async function pruneLogs(
  dir: string,
  pod: string,
  retention: Retention,
): Promise<{ files: number; bytes: number }> {
  const { live, maxBytes, maxAgeMs, nowMs } = retention
  const runs = await listRuns(dir, pod)
  // Sorting is stable: files of one run that were written in the same moment stay in their order.
  const oldestFirst = runs
    .flatMap(({ of, files }) => files.map(file => ({ run: of?.run ?? 0, file })))
    .sort((a, b) => a.file.mtimeMs - b.file.mtimeMs)
  let left = oldestFirst.reduce((sum, { file }) => sum + file.size, 0)
  const removed = { files: 0, bytes: 0 }
  for (const { run, file } of oldestFirst) {
    const isTooOld = nowMs - file.mtimeMs > maxAgeMs
    if (!isTooOld && left <= maxBytes) break
    if (file.name === file.liveName && live.has(run)) continue
    left -= file.size
    if (!(await remove(file))) continue
    removed.files += 1
    removed.bytes += file.size
  }
  return removed
}

async function remove(file: LogFile): Promise<boolean> {
  try {
    await unlink(join(file.dir, file.name))
    return true
  } catch (error) {
    // The run itself drops its oldest rotated files too.
    if (isMissing(error)) return false
    throw error
  }
}

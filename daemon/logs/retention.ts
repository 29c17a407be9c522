// Removes a pod's old log files, by age and by total size. Its caller tells it which runs are alive.
import { unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing } from '../system/plain-file.ts'
import { type LogFile, listRuns } from './files.ts'

export type Retention = {
  /**
   * Numbers of the runs that have a process; their live files are never removed. It is looked at before each removal,
   * so a set that is kept up to date also protects a run that begins meanwhile.
   */
  live: ReadonlySet<number>
  /** The most bytes of all log files of the pod together. */
  maxBytes: number
  /** The age of the last write at which a file is removed. */
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
    // The run itself removes its oldest rotated files too.
    if (isMissing(error)) return false
    throw error
  }
}

// Whether a run of a script was begun. A keeper makes the log of a run before it begins the run, and begins no run
// whose log exists. So the file tells whether the run was begun, and the first process that makes the file decides.
import { lstat, open } from 'node:fs/promises'
import { isBusy } from '../system/room.ts'

/** Whether a keeper began the script with that log, or tried to. @throws if that cannot be seen */
export async function wasBegun(log: string): Promise<boolean> {
  try {
    await lstat(log)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

/** As {@link wasBegun}: if that cannot be seen, it may have been. */
export async function mayHaveBegun(log: string): Promise<boolean> {
  return await wasBegun(log).catch(() => true)
}

/**
 * Lets no keeper begin the script with that log from now on.
 * @returns whether no keeper has begun it before; false if that is uncertain, because the log cannot be made
 * @throws if it cannot be seen, which passes
 */
export async function forbidBegin(log: string): Promise<boolean> {
  try {
    await (await open(log, 'ax', 0o600)).close()
    return true
  } catch (error) {
    if (isBusy(error)) throw error
    return false
  }
}

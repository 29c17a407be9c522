// Whether a run of a script was begun. A keeper makes its log before it begins it, and takes no log that is there: so the file
// tells whether it was begun, and whoever makes it first has the say.
import { lstat, open } from 'node:fs/promises'
import { isBusy } from '../system/room.ts'

/** Whether a keeper began the script with that log, or tried to. @throws where that cannot be seen */
export async function wasBegun(log: string): Promise<boolean> {
  try {
    await lstat(log)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

/**
 * Lets no keeper begin the script with that log from now on.
 * @returns whether none has before; where the log cannot be made nothing is certain, which is taken for no
 * @throws where it cannot be seen, which passes
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

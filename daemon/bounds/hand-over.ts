// A folder that goes to another user, who trusts what is in it.
import { chmod, chown, lstat, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing } from '../system/plain-file.ts'
import { removeTrees } from '../system/remove-tree.ts'
import { Turns } from '../system/turns.ts'
import { ownUid } from '../system/users.ts'

const turns = new Turns()

/**
 * Gives a folder of logs, or of calls, to a user, who alone may enter it then. Whoever had it before may have put something in the place of
 * files to come, which the next one would write to: a link, or another name of a file; that is removed. What is open stays open.
 * @throws the system's error
 */
export async function handOver(folder: string, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  await turns.take(folder, async () => {
    if ((await stat(folder)).uid === uid) return
    // From here on nobody else puts anything there.
    await chown(folder, ownUid() ?? uid, -1)
    await chmod(folder, 0o700)
    const paths = (await readdir(folder)).map(name => join(folder, name))
    const traps = await Promise.all(paths.map(async path => ((await isTrap(path)) ? [path] : [])))
    await removeTrees(traps.flat())
    await chown(folder, uid, gid)
  })
}

async function isTrap(path: string): Promise<boolean> {
  const found = await lstat(path).catch(error => {
    if (!isMissing(error)) throw error
  })
  if (!found) return false
  // Opening a pipe could wait for ever; those that runs have made are opened by nobody else.
  const isPlain = found.isFile() ? found.nlink === 1 : found.isFIFO() && path.endsWith('.pipe')
  return !isPlain
}

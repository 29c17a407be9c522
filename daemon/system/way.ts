// Lets runs of another user come to what is theirs in the data directory: through folders that they may enter and not list, to files and
// folders that belong to them. Nothing else is opened.
import { chmod, stat } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import type { DataPaths } from './paths.ts'
import { openPlain } from './plain-file.ts'

/** Others may enter a folder, and see nothing of what is in it. */
const mayEnter = 0o011

/** The folder of the root host, in which all others are. */
export function rootFolder({ linkSocket }: Pick<DataPaths, 'linkSocket'>): string {
  return dirname(linkSocket)
}

/** Lets others enter `folder`, and each folder on the way from `root`, which is one of them. @throws the system's error */
export async function openWay(root: string, folder: string): Promise<void> {
  if (relative(root, folder) !== '') await openWay(root, dirname(folder))
  const { mode } = await stat(folder)
  if ((mode & mayEnter) !== mayEnter) await chmod(folder, (mode & 0o777) | mayEnter)
}

/** Makes a file, if there is none, and gives it to a user. @throws the system's error */
export async function giveFile(file: string, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  const handle = await openPlain(file, { for: 'append' })
  try {
    // It may lie in a folder of that user, where it could be another name of a file of somebody else.
    if ((await handle.stat()).nlink !== 1) throw new Error(`${file} has another name`)
    await handle.chown(uid, gid)
  } finally {
    await handle.close()
  }
}

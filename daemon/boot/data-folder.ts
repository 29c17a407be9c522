// Makes a data directory ready for one host: its folders and their rights, the claim on it, and no half-written files.
import { chmod, mkdir, stat } from 'node:fs/promises'
import { P8aError } from '../../protocol/errors.ts'
import { removeHalfWrittenOf } from '../store/state-file.ts'
import type { Listeners } from '../system/listeners.ts'
import type { DataPaths } from '../system/paths.ts'
import { claim } from './claim.ts'

/** The kernel keeps a socket's path in 108 bytes, of which the last is a zero. */
const maxSocketBytes = 107

/** @throws {P8aError} `bad_settings` if the path of the socket would be too long; `host_running` */
export async function openDataFolder(paths: DataPaths, listeners: Listeners): Promise<void> {
  checkSocketLength(paths.clientSocket)
  const folders = [paths.images, paths.pods, paths.logs, paths.calls]
  await Promise.all(folders.map(dir => mkdir(dir, { recursive: true, mode: 0o700 })))
  // Runs of other users enter it: see system/way.ts.
  const isEntered = ((await stat(paths.data)).mode & 0o777) === 0o711
  if (!isEntered) await chmod(paths.data, 0o700)
  // Node made it for its compiled code before this process could set rights.
  await chmod(paths.compiled, 0o700).catch(() => {})
  await claim(paths.data, listeners)
  await removeHalfWrittenOf(paths)
}

/** @throws {P8aError} `bad_settings` */
export function checkSocketLength(path: string): void {
  const bytes = Buffer.byteLength(path)
  if (bytes <= maxSocketBytes) return
  throw new P8aError(
    'bad_settings',
    `Cannot use the data directory: the path of its socket has ${bytes} bytes, the kernel allows ${maxSocketBytes}`,
    {
      hint: { text: 'Choose a directory with a shorter path', do: { verb: 'host start', options: { data: 'DIR' } } },
    },
  )
}

// A pod's own folder, made at its first push. A link does not count: what is written there would be written elsewhere.
import { lstat, mkdir } from 'node:fs/promises'
import { isMissing } from '../system/plain-file.ts'
import type { Seams } from '../system/seams.ts'
import { saveError, syncDirectory } from './state-file.ts'

type FolderSeams = Pick<Seams, 'paths' | 'log'>

/** Whether there is one. The log reports a link. @throws the system's error where that cannot be seen */
export async function isPodFolder({ paths, log }: FolderSeams, name: string): Promise<boolean> {
  const found = await lstat(paths.pod(name).dir).catch(error => {
    if (isMissing(error)) return undefined
    throw error
  })
  if (found?.isSymbolicLink()) {
    log.warn('files', `pods/${name} is a link and so not a pod: copy the folder itself`, { pod: name })
  }
  return found?.isDirectory() === true
}

/** @throws {P8aError} `no_space`, `save_failed` */
export async function makePodFolder(seams: FolderSeams, name: string): Promise<void> {
  const { pods, pod } = seams.paths
  try {
    const made = await mkdir(pod(name).dir, { recursive: true, mode: 0o700 })
    if (made !== undefined) await syncDirectory(pods)
    if (!(await isPodFolder(seams, name))) throw new Error('a link or a file stands in its place')
  } catch (error) {
    throw saveError(pod(name).dir, error)
  }
}

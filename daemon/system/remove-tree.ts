// Removes folders with all that is in them. Where root runs the host, other users may own and change what is in them meanwhile: Node
// goes through them by path, and would follow a link that such a user puts in the place of a folder at the right moment. The `rm` of the
// system holds on to each folder that it is in.
import { lstat, rm } from 'node:fs/promises'
import { isMissing } from './plain-file.ts'
import { removeFile } from './remove-file.ts'
import { runProgram } from './run-program.ts'
import { ownUid, systemProgram } from './users.ts'

const longestMs = 600_000

/** Files as well; what is not there is no error. @throws the system's error, or one that says what is left */
export async function removeTrees(trees: readonly string[]): Promise<void> {
  const paths = await withoutFiles(trees)
  const folders = ownUid() === 0 ? await foldersAmong(paths) : []
  const program = folders.length > 0 ? await systemProgram('rm') : undefined
  if (program !== undefined) {
    const { code } = await runProgram([program, '-rf', '--', ...folders], { input: [], timeoutMs: longestMs })
    if (code !== 0) throw new Error(`Not all of these could be removed: ${folders.join(', ')}`)
  }
  for (const path of paths) await rm(path, { recursive: true, force: true })
}

/** Most of them are files, or not there. @returns what is a folder, or cannot be removed so */
async function withoutFiles(paths: readonly string[]): Promise<string[]> {
  const left: string[] = []
  await Promise.all(paths.map(async path => await removeFile(path).catch(() => left.push(path))))
  return left
}

async function foldersAmong(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    paths.map(async path => {
      const stats = await lstat(path).catch(error => {
        if (!isMissing(error)) throw error
      })
      return stats?.isDirectory() ? [path] : []
    }),
  )
  return found.flat()
}

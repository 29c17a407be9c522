// Folders that the system cannot read for now, such as with too many open files.
import files from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

/** Until it is disposed, reading a folder fails with what `codeOf` gives for its path, as a code of the system. */
export function foldersFail(codeOf: (folder: string) => string | undefined): Disposable {
  const { readdir } = files
  const become = (other: unknown) => {
    Object.assign(files, { readdir: other })
    syncBuiltinESMExports()
  }
  become(async (folder: string, ...rest: never[]) => {
    const code = codeOf(folder)
    if (code !== undefined) throw Object.assign(new Error(`${code}: made to fail`), { code })
    return await readdir(folder, ...rest)
  })
  return { [Symbol.dispose]: () => become(readdir) }
}

// Files that an option names, and another program reads.
import { access, constants } from 'node:fs/promises'
import { resolve } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'

/** @returns its absolute path @throws {P8aError} `file_not_found` if it is not there, or may not be read */
export async function readableFile(path: string): Promise<string> {
  const file = resolve(path)
  await access(file, constants.R_OK).catch((cause: NodeJS.ErrnoException) => {
    const problem = cause.code === 'ENOENT' ? 'there is no such file' : cause.message
    const hint = `Looked for ${file}`
    throw new P8aError('file_not_found', `Cannot read ${JSON.stringify(path)}: ${problem}`, {
      hint,
      facts: { file, problem },
      cause,
    })
  })
  return file
}

// The bytes of a file, or of this process's stdin.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { P8aError } from '../../protocol/errors.ts'

/** @param file `-` is stdin @throws {P8aError} `file_not_found` */
export async function readBytes(file: string): Promise<Buffer> {
  if (file === '-') return await buffer(process.stdin)
  return await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${cause.code})`
    throw new P8aError('file_not_found', `Cannot read ${JSON.stringify(file)}: ${why}`, {
      hint: `Looked for ${resolve(file)}`,
      facts: { file },
      cause,
    })
  })
}

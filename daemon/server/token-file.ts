// The file with the host's first token, which may do anything over TCP. Made at the first start, kept 0600; in the clear,
// since this user's own `pod` reads it, and who can read it can open the Unix socket beside it just as well.
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import writeFileAtomic from 'write-file-atomic'
import { P8aError } from '../../protocol/errors.ts'

/**
 * Reads the token, or makes one where there is none.
 * @throws {P8aError} `bad_settings` where the file holds none
 */
export async function loadToken(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return await makeToken(file)
  const token = text.trim()
  if (token.length >= 16) return token
  throw new P8aError('bad_settings', `Cannot use the token in ${file}: it has ${token.length} characters`, {
    hint: 'Write one of at least 16 characters, or remove the file and a new one is made',
  })
}

async function makeToken(file: string): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  await writeFileAtomic(file, `${token}\n`, { mode: 0o600 })
  return token
}

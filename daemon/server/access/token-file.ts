// The file with the host's first token, which may do anything over TCP. Made at the first start, kept 0600; in the
// clear, since this user's own `pod` reads it. Anyone who can read it can also open the Unix socket beside it.
import { P8aError } from '../../../protocol/errors.ts'
import { replaceFile } from '../../store/state-file.ts'
import { isMissing, readPlain } from '../../system/plain-file.ts'
import { newSecret } from './secret.ts'

/** More than any token has. */
const maxTokenBytes = 4096

/** Reads the token, or makes one if there is none. @throws {P8aError} `bad_settings` if the file does not hold one */
export async function loadToken(file: string): Promise<string> {
  const text = await readPlain(file, { maxBytes: maxTokenBytes, mayBeLink: true }).catch((error: Error) => {
    if (isMissing(error)) return undefined
    throw new P8aError('bad_settings', `Cannot use the token in ${file}: ${error.message}`, {
      hint: 'Remove what is there; the host then makes a new one',
    })
  })
  if (text === undefined) return await makeToken(file)
  const token = text.trim()
  if (token.length >= 16) return token
  throw new P8aError('bad_settings', `Cannot use the token in ${file}: it has ${token.length} characters`, {
    hint: 'Write a token of at least 16 characters, or remove the file; the host then makes a new one',
  })
}

async function makeToken(file: string): Promise<string> {
  const token = newSecret()
  await replaceFile(file, `${token}\n`, { durable: true })
  return token
}

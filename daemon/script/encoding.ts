// Bytes as they cross the wire in JSON: as text, or as base64 if they may not be text.
import { P8aError } from '../../protocol/errors.ts'

export type Encoding = 'utf8' | 'base64'

/** @throws {P8aError} `bad_params` if it is not base64 */
export function decode(text: string, encoding: Encoding): Buffer {
  if (encoding === 'utf8') return Buffer.from(text)
  if (/^[A-Za-z0-9+/\s]*=*\s*$/.test(text)) return Buffer.from(text, 'base64')
  throw new P8aError('bad_params', 'Cannot read the bytes: they are not base64', {
    hint: 'Set the encoding to utf8, or send base64',
  })
}

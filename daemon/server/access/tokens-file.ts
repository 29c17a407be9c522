// The file with the tokens of a host, all but the one that lies in the file `token`.
import * as v from 'valibot'
import { P8aError } from '../../../protocol/errors.ts'
import { roles } from '../../../protocol/roles.ts'
import { parseState, readStateText, writeState } from '../../store/state-file.ts'
import { timeSchema } from '../../store/time.ts'

const tokenSchema = v.strictObject({
  name: v.string(),
  role: v.picklist(roles),
  path: v.string(),
  /** SHA-256 of the secret, hex. */
  hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'is not a SHA-256')),
  createdAt: v.string(),
  expiresAt: v.optional(timeSchema),
})

const fileSchema = v.strictObject({
  v: v.literal(1),
  /** False if the token in the file `token` was removed, so that it is not made again. */
  default: v.optional(v.boolean(), true),
  tokens: v.array(tokenSchema),
})

export type TokenFile = v.InferOutput<typeof fileSchema>

/** A file that is not there has no tokens. @throws {P8aError} `bad_settings`, naming the file */
export async function readTokens(file: string): Promise<TokenFile> {
  try {
    const text = await readStateText(file)
    return text === undefined ? { v: 1, default: true, tokens: [] } : parseState(file, text, fileSchema)
  } catch (error) {
    if (!(error instanceof P8aError)) throw error
    // A half-read file must neither let anyone in nor silently lock anyone out.
    throw new P8aError('bad_settings', error.message, {
      hint: {
        text: 'Repair the file, or move it away and make new tokens',
        do: { verb: 'host token add', args: ['NAME'] },
      },
      facts: { file },
      cause: error,
    })
  }
}

/** @throws {P8aError} `no_space`, `save_failed` */
export async function writeTokens(file: string, tokens: TokenFile): Promise<void> {
  await writeState(file, tokens, { durable: true })
}

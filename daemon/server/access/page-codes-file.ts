// `page-codes.json`: the codes of links to the page that wait to be opened, as hashes, so that they count over an upgrade.
import * as v from 'valibot'
import { roles } from '../../../protocol/roles.ts'
import { isPassing, parseState, readStateText, writeState } from '../../store/state-file.ts'
import { timeSchema } from '../../store/time.ts'

const codeSchema = v.object({
  /** SHA-256 of the code, hex. */
  hash: v.string(),
  /** The name of whoever asked for the link. */
  by: v.string(),
  /** SHA-256 of the secret of their token, hex, where they had one. */
  token: v.optional(v.string()),
  role: v.picklist(roles),
  path: v.string(),
  expiresAt: timeSchema,
})
const schema = v.object({ v: v.literal(1), codes: v.array(codeSchema) })

export type KeptCode = v.InferOutput<typeof codeSchema>

/**
 * In the order in which they were made. A broken file has none: a code counts for a minute, and another is made as fast.
 * @throws {P8aError} `state_broken` where the system failed: it may be read later
 */
export async function readPageCodes(file: string): Promise<KeptCode[]> {
  try {
    const text = await readStateText(file)
    return text === undefined ? [] : parseState(file, text, schema).codes
  } catch (error) {
    if (isPassing(error)) throw error
    return []
  }
}

/** @throws {P8aError} `no_space`, `save_failed` */
export async function writePageCodes(file: string, codes: readonly KeptCode[]): Promise<void> {
  await writeState(file, { v: 1, codes }, { durable: true })
}

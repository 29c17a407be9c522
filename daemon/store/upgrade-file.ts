// `upgrade.json`: the last upgrade of this host, and what became of it. Whichever host is there next finds it.
import * as v from 'valibot'
import type { UpgradeInfo } from '../../protocol/words-host.ts'
import { parseState, readStateText, writeState } from './state-file.ts'
import { timeSchema } from './time.ts'

const text = v.string()

const schema = v.object({
  v: v.literal(1),
  id: text,
  from: text,
  to: text,
  folder: text,
  at: timeSchema,
  outcome: v.picklist(['under way', 'done', 'failed']),
  endedAt: v.optional(timeSchema),
  why: v.optional(text),
})

/** Undefined if there never was one. @throws {P8aError} `state_broken` */
export async function readUpgrade(file: string): Promise<UpgradeInfo | undefined> {
  const found = await readStateText(file)
  if (found === undefined) return undefined
  const { v: _, endedAt, why, ...rest } = parseState(file, found, schema)
  return { ...rest, ...(endedAt !== undefined && { endedAt }), ...(why !== undefined && { why }) }
}

/** @throws {P8aError} `no_space`, `save_failed` */
export async function writeUpgrade(file: string, upgrade: UpgradeInfo): Promise<void> {
  await writeState(file, { v: 1, ...upgrade }, { durable: true })
}

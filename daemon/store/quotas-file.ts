// `quotas.json`: what paths that are handed to others may have. Only the host writes it.
import * as v from 'valibot'
import { keyedSchema } from '../../protocol/keyed.ts'
import { type Quota, quotaSchema } from '../../protocol/quota.ts'
import type { DataPaths } from '../system/paths.ts'
import { parseState, readStateText, writeState } from './state-file.ts'

const schema = v.object({ v: v.literal(1), quotas: keyedSchema(quotaSchema) })

/** By path; none if there is no file. @throws {P8aError} `state_broken` */
export async function readQuotas({ quotas: file }: Pick<DataPaths, 'quotas'>): Promise<Map<string, Quota>> {
  const text = await readStateText(file)
  return new Map(text === undefined ? [] : Object.entries(parseState(file, text, schema).quotas))
}

/** @throws {P8aError} `no_space`, `save_failed` */
export async function writeQuotas(
  { quotas: file }: Pick<DataPaths, 'quotas'>,
  quotas: ReadonlyMap<string, Quota>,
): Promise<void> {
  await writeState(file, { v: 1, quotas: Object.fromEntries(quotas) }, { durable: true })
}

// `pods/<name>/deploys.json`: what was begun, reloaded and rolled back of a pod, by whom, and what came of it.
import * as v from 'valibot'
import type { DeployInfo } from '../../protocol/words-version.ts'
import { parseState, readStateText, writeState } from './state-file.ts'
import { timeSchema } from './time.ts'

const whole = v.pipe(v.number(), v.integer(), v.minValue(0))

const schema = v.object({
  v: v.literal(1),
  deploys: v.array(
    v.object({
      number: whole,
      kind: v.picklist(['start', 'restart', 'reload', 'rollback']),
      from: v.optional(whole),
      to: v.optional(whole),
      at: timeSchema,
      by: v.string(),
      outcome: v.picklist(['ok', 'failed', 'unknown']),
      why: v.optional(v.string()),
      tookMs: v.optional(whole),
    }),
  ),
})

/** Oldest first; none where nothing was ever begun. @throws {P8aError} `state_broken` */
export async function readDeploys(file: string): Promise<DeployInfo[]> {
  const text = await readStateText(file)
  if (text === undefined) return []
  // What is not there has no value.
  return JSON.parse(JSON.stringify(parseState(file, text, schema).deploys)) as DeployInfo[]
}

/** @throws {P8aError} `no_space`, `save_failed` */
export async function writeDeploys(file: string, deploys: readonly DeployInfo[]): Promise<void> {
  await writeState(file, { v: 1, deploys }, { durable: false })
}

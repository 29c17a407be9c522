// `start.json`: the options that the host was started with, which hold for the next start too.
import * as v from 'valibot'
import type { StartedWith } from '../../protocol/words-host.ts'
import { parseState, readStateText, writeState } from './state-file.ts'

const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535))

const schema = v.object({
  v: v.literal(1),
  port: v.optional(port),
  host: v.optional(v.string()),
  shellPort: v.optional(port),
  tls: v.optional(v.picklist(['on', 'off'])),
  cert: v.optional(v.string()),
  key: v.optional(v.string()),
})

/** Empty if there are none. @throws {P8aError} `state_broken` */
export async function readStarted(file: string): Promise<StartedWith> {
  const text = await readStateText(file, { mayBeLink: true })
  if (text === undefined) return {}
  const { v: _, ...options } = parseState(file, text, schema)
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

/** @throws {P8aError} `no_space`, `save_failed` */
export async function writeStarted(file: string, options: StartedWith): Promise<void> {
  await writeState(file, { v: 1, ...options }, { durable: true })
}

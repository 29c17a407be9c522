// `hooks.json`: the webhooks of a host, with their secrets; and `hooks/<id>.json`: how far each is. Only the host writes them.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { eventNames } from '../../protocol/events.ts'
import type { DataPaths } from '../system/paths.ts'
import { isPassing, makeStateFolder, parseState, readStateText, writeState } from './state-file.ts'

const whole = v.pipe(v.number(), v.integer(), v.minValue(0))
const hookSchema = v.object({
  id: v.pipe(v.string(), v.regex(/^\d{1,15}$/)),
  url: v.string(),
  types: v.optional(v.array(v.picklist(eventNames))),
  path: v.string(),
  name: v.optional(v.string()),
  secret: v.string(),
  addedAt: v.string(),
  /** The last event before it was added. */
  from: whole,
})
const schema = v.object({ v: v.literal(1), last: whole, hooks: v.array(hookSchema) })
const placeSchema = v.object({ v: v.literal(1), after: whole, delivered: whole, dropped: whole })

export type Hook = v.InferOutput<typeof hookSchema>

/** `last`: the highest id that was ever given. */
export type KeptHooks = { last: number; hooks: Hook[] }

/** How far a hook is. */
export type HookPlace = Omit<v.InferOutput<typeof placeSchema>, 'v'>

type Paths = Pick<DataPaths, 'hooks' | 'hookPlaces'>

/** None if there is no file. @throws {P8aError} `state_broken` */
export async function readHooks({ hooks: file }: Paths): Promise<KeptHooks> {
  const text = await readStateText(file)
  if (text === undefined) return { last: 0, hooks: [] }
  const { last, hooks } = parseState(file, text, schema)
  return { last, hooks }
}

/** @throws {P8aError} `no_space`, `save_failed` */
export async function writeHooks({ hooks: file }: Paths, kept: KeptHooks): Promise<void> {
  await writeState(file, { v: 1, ...kept }, { durable: true })
}

/**
 * One that is broken counts as none: events may be sent twice, and none is lost.
 * @throws {P8aError} `state_broken` where the system failed: it may be read later
 */
export async function readHookPlace(paths: Paths, { id, from }: Pick<Hook, 'id' | 'from'>): Promise<HookPlace> {
  const file = placeOf(paths, id)
  try {
    const text = await readStateText(file)
    if (text !== undefined) return parseState(file, text, placeSchema)
  } catch (error) {
    if (isPassing(error)) throw error
  }
  return { after: from, delivered: 0, dropped: 0 }
}

/** @throws {P8aError} `no_space`, `save_failed` */
export async function writeHookPlace(
  paths: Paths,
  id: string,
  { after, delivered, dropped }: HookPlace,
): Promise<void> {
  await makeStateFolder(paths.hookPlaces)
  await writeState(placeOf(paths, id), { v: 1, after, delivered, dropped }, { durable: false })
}

export async function eraseHookPlace(paths: Paths, id: string): Promise<void> {
  await rm(placeOf(paths, id), { force: true })
}

const placeOf = ({ hookPlaces }: Paths, id: string) => join(hookPlaces, `${id}.json`)

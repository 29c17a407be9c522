// What this host knows of the fleet that it belongs to: the file `fleet.json` in the storage of its fleet pod, which nobody else may read.
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { readIfThere, writeWhole } from '../whole-file.ts'

const engineSchema = v.variant('kind', [
  v.object({ kind: v.literal('embedded') }),
  v.object({
    kind: v.literal('nats'),
    servers: v.array(v.string()),
    replicas: v.number(),
    user: v.optional(v.string()),
    password: v.optional(v.string()),
    ca: v.optional(v.string()),
    /** Of this host alone, at an engine of p8a's own: a token that the keepers of the fleet have signed, and the seed of its key. */
    credential: v.optional(v.object({ token: v.string(), seed: v.string() })),
  }),
])
export type EngineSettings = v.InferOutput<typeof engineSchema>
/** Of an engine that is NATS. */
export type NatsEngineSettings = Extract<EngineSettings, { kind: 'nats' }>

const settingsSchema = v.object({
  v: v.literal(1),
  fleet: v.string(),
  host: v.string(),
  hostId: v.string(),
  tags: v.array(v.string()),
  engine: engineSchema,
})
export type FleetSettings = v.InferOutput<typeof settingsSchema>

/** Whether each host has a credential of its own, which writes nothing of others: the engine is one of p8a's own. */
export const isGuarded = ({ engine }: FleetSettings): boolean =>
  engine.kind === 'nats' && engine.credential !== undefined

const fileOf = (storage: string) => join(storage, 'fleet.json')

/** @returns undefined if this host is in no fleet. @throws {Error} naming the file, if it is broken */
export async function readSettings(storage: string): Promise<FleetSettings | undefined> {
  const file = fileOf(storage)
  const text = await readIfThere(file)
  if (text === undefined) return undefined
  try {
    return v.parse(settingsSchema, JSON.parse(text))
  } catch (error) {
    throw new Error(`${file} is broken: ${(error as Error).message}`)
  }
}

/** Undefined removes it. */
export async function writeSettings(storage: string, settings: FleetSettings | undefined): Promise<void> {
  const file = fileOf(storage)
  if (!settings) return await rm(file, { force: true })
  await writeWhole(file, `${JSON.stringify(settings, null, 2)}\n`)
}

const inviteSchema = v.object({ v: v.literal(1), fleet: v.string(), engine: engineSchema })
const mark = 'p8a-fleet:'

/** One string that lets another machine join. Whoever has it is in the fleet. */
export const writeInvite = ({ fleet, engine }: Pick<FleetSettings, 'fleet' | 'engine'>): string =>
  mark + Buffer.from(JSON.stringify({ v: 1, fleet, engine })).toString('base64url')

/** @throws {Error} if it is none */
export function readInvite(text: string): Pick<FleetSettings, 'fleet' | 'engine'> {
  try {
    if (!text.startsWith(mark)) throw new Error('it does not begin as one')
    const { fleet, engine } = v.parse(
      inviteSchema,
      JSON.parse(Buffer.from(text.slice(mark.length), 'base64url').toString()),
    )
    return { fleet, engine }
  } catch {
    throw new Error('This is no invite of a fleet: take the whole string that was printed')
  }
}

/** Short, since it is part of the names of what the fleet has at its engine. */
export const newId = (): string => randomUUID().replaceAll('-', '').slice(0, 12)

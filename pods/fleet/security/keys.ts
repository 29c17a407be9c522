// What makes a host a keeper of its fleet's engine: the keys by which it takes hosts in and out, in a file that nobody else may read.
import { join } from 'node:path'
import * as v from 'valibot'
import { readIfThere, writeWhole } from '../../whole-file.ts'
import { newSeed } from './nkeys.ts'

const keysSchema = v.object({
  v: v.literal(1),
  fleet: v.string(),
  /** Seeds of nkeys. */
  operator: v.string(),
  account: v.string(),
  system: v.string(),
  /** PEM. */
  authority: v.object({ cert: v.string(), key: v.string() }),
  /** With which it was set up: `HOST:PORT` at which hosts reach each server, and the other servers of the cluster do. */
  servers: v.array(v.object({ address: v.string(), route: v.string(), isSpare: v.optional(v.boolean()) })),
  /** The nats-server that they run. */
  program: v.string(),
})
export type Keys = v.InferOutput<typeof keysSchema>

const fileOf = (storage: string): string => join(storage, 'keys.json')

/** @returns undefined if this host is no keeper. @throws {Error} naming the file, if it is broken */
export async function readKeys(storage: string): Promise<Keys | undefined> {
  const file = fileOf(storage)
  const text = await readIfThere(file)
  if (text === undefined) return undefined
  try {
    return v.parse(keysSchema, JSON.parse(text))
  } catch {
    // What is in it is secret, and so is what a parser says of it.
    throw new Error(`${file} is broken: take it from a backup`)
  }
}

export async function writeKeys(storage: string, keys: Keys): Promise<void> {
  await writeWhole(fileOf(storage), `${JSON.stringify(keys, null, 2)}\n`)
}

export const newSeeds = (): Pick<Keys, 'operator' | 'account' | 'system'> => ({
  operator: newSeed('operator'),
  account: newSeed('account'),
  system: newSeed('account'),
})

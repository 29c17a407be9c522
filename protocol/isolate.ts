// How far the runs of a pod are kept apart from the machine: the part `isolate` of its config.
import * as v from 'valibot'
import { isObject } from './texts.ts'

/** From the weakest to the strongest. */
export const levels = ['process', 'permission', 'sandbox', 'container'] as const
export type Level = (typeof levels)[number]

const levelMessage = `must be one of ${levels.join(', ')}`
const message = `${levelMessage}, or an object such as { by: "sandbox", network: false }`
const pathMessage = 'must be a list of absolute paths'
const imageMessage = 'must be the name of an image, such as "docker.io/library/node:24"'
const pathsSchema = v.array(
  v.pipe(
    v.string(pathMessage),
    v.check(path => path.startsWith('/') && !path.includes('\0'), pathMessage),
  ),
  pathMessage,
)

const isolateEntries = {
  by: v.picklist(levels, levelMessage),
  /** Whether it has the network of the machine; default: it has. */
  network: v.optional(v.boolean('must be true or false')),
  /** What it may read, and write, beside what is its own. */
  read: v.optional(pathsSchema),
  write: v.optional(pathsSchema),
  /** Of a container: the image of the engine that it begins in; default: what it needs of the machine, to be read. */
  image: v.optional(
    v.pipe(
      v.string(imageMessage),
      v.check(image => /^[a-zA-Z0-9][^\s]*$/.test(image), imageMessage),
    ),
  ),
}
export type IsolateInput = Level | v.InferInput<v.StrictObjectSchema<typeof isolateEntries, undefined>>

/** A level, or an object with it and what is let through. */
export const isolateSchema = v.pipe(
  v.custom<IsolateInput>(value => levels.includes(value as Level) || isObject(value), message),
  v.transform(value => (typeof value === 'string' ? { by: value } : value)),
  v.strictObject(isolateEntries, message),
)

export type Isolate = v.InferOutput<typeof isolateSchema>

/** A level as a host has it. `how`: what makes it, or what is missing here. */
export type LevelInfo = { level: Level; has: boolean; how: string }

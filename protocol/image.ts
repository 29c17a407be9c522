// An image as it goes from one host to another: a sheet that names its files by their hashes, and says how they are pushed.
import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { writableSchema } from './config.ts'
import { treePathSchema, treeSchema } from './tree.ts'

/** The names of the two files of an image that is one program. */
export const codeName = 'code'
export const mapName = 'map'

/** A machine that native addons were built for. */
export const platformSchema = v.strictObject({ platform: v.string(), arch: v.string(), modules: v.string() })

/** What a push of it says beside its files, in the words of `pod.push`. */
const pushSchema = v.object({
  kind: v.optional(v.picklist(['script', 'service'])),
  entry: v.optional(v.string()),
  command: v.optional(v.string()),
  args: v.optional(v.array(v.string())),
  within: v.optional(treePathSchema),
  isProgram: v.optional(v.boolean()),
  writable: v.optional(writableSchema),
  builtFor: v.optional(platformSchema),
})

export const sheetSchema = v.object({
  name: v.string(),
  version: v.number(),
  hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  size: v.number(),
  /** `code`: one program, with its source map if it has one; `folder`: a tree. */
  holds: v.picklist(['code', 'folder']),
  /** The name of its source. */
  file: v.string(),
  message: v.optional(v.string()),
  push: pushSchema,
  files: treeSchema,
})

export type ImageSheet = v.InferOutput<typeof sheetSchema>

/** sha256 of a sheet, hex. It names the bytes of all files by their hashes, so it stands for these too. */
export function sheetDigest(sheet: ImageSheet): string {
  return createHash('sha256').update(JSON.stringify(sheet)).digest('hex')
}

/** The pods that have an image. `runs`: of that version. */
export type ImageUse = { pod: string; version: number; runs: number }

/** An image as a host tells of it. `uses` is empty where no pod has it. */
export type ImageInfo = {
  hash: string
  size: number
  holds: 'code' | 'folder' | 'link'
  kind: 'service' | 'script'
  file: string
  uses: ImageUse[]
  problem?: string
}

/** What was removed; `bytes`: as far as they are known. */
export type Pruned = { images: string[]; versions: { pod: string; version: number }[]; files: number; bytes: number }

export type ImageResults = {
  'image.list': { images: ImageInfo[] }
  'image.show': ImageSheet
  'image.bytes': { data: string; size: number }
  'image.prune': Pruned
}

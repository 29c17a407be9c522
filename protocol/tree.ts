// A tree: the files of a pushed folder, by path, each by the hash of its bytes. It knows nothing of disks.
import * as v from 'valibot'

const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'is not a sha256'))

/** Relative, with `/`, without `.` and `..`. */
export const treePathSchema = v.pipe(
  v.string(),
  v.maxLength(4096, 'is longer than 4096 characters'),
  v.check(isTreePath, 'is not a path within the folder'),
)

const fileSchema = v.strictObject({
  path: treePathSchema,
  hash,
  size: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Whether it can be executed. */
  x: v.optional(v.literal(true)),
})
/** A symbolic link; where it leads, relative to its own folder. */
const linkSchema = v.strictObject({ path: treePathSchema, link: v.pipe(v.string(), v.nonEmpty(), v.maxLength(4096)) })

/** Files and links, in any order. Folders are there by what is in them. */
export const treeSchema = v.array(v.union([fileSchema, linkSchema], 'is neither a file nor a link'))

export type TreeFile = v.InferOutput<typeof fileSchema>
export type TreeLink = v.InferOutput<typeof linkSchema>
export type Tree = v.InferOutput<typeof treeSchema>

export const hashesSchema = v.array(hash)

const amount = v.pipe(v.number(), v.integer(), v.minValue(0))

/** Bytes of files, base64: of whole ones, or from `offset` on of one that has `size`. */
export const contentsSchema = v.array(
  v.union(
    [
      v.strictObject({ hash, data: v.string() }),
      v.strictObject({ hash, data: v.string(), offset: amount, size: amount }),
    ],
    'is neither the bytes of a file, nor a part of them with its offset and size',
  ),
)

export function isTreePath(path: string): boolean {
  return !path.includes('\0') && path.split('/').every(part => part !== '' && part !== '.' && part !== '..')
}

/** Whether a link leads out of the tree. */
export function leadsOut({ path, link }: TreeLink): boolean {
  if (link.startsWith('/') || link.includes('\0')) return true
  const parts = path.split('/').slice(0, -1)
  for (const part of link.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return true
  }
  return false
}

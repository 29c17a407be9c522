// A digest of what would be pushed of a pod, so that what has not changed is not pushed again. It asks no host.
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type { Tree } from '../../protocol/tree.ts'
import type { PushOf } from './manifest.ts'

/** How each kind of content is read. */
export type Readers = {
  /** The files of a folder. */
  tree: (folder: string, options: { asIs: boolean }) => Promise<Tree>
  /** A single file as it is pushed: bundled, or as it is. */
  file: (path: string) => Promise<string>
}

/** Two pushes with the same digest are the same. A folder that is used in place is always the same. */
export async function digestOf({ path, ...options }: PushOf, { tree, file }: Readers): Promise<string> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false
  const content = options.link
    ? path
    : isFolder
      ? sorted(await tree(path, { asIs: options.asIs ?? false }))
      : await file(path)
  return digest([options, content])
}

/** A short digest of a value, whatever the order of its members. */
export function digest(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(value)) ?? 'undefined')
    .digest('hex')
    .slice(0, 16)
}

function sorted(tree: Tree): Tree {
  return [...tree].sort((a, b) => (a.path < b.path ? -1 : 1))
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, canonical(member)])
}

// What the pods of a project are labelled with, so that a later `pod up` knows which are its own.
import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { basename, dirname, extname } from 'node:path'

/** The names under which a manifest is found. */
export const manifestNames: readonly string[] = ['pods.yaml', 'pods.yml', 'pods.json']

/**
 * The name that a manifest gives; without one, that of its folder with a mark of the path, so that two folders of the same name are
 * two projects.
 * @param file the manifest, or what is taken without one; absolute
 */
export function projectOf(file: string, name?: string): string {
  if (name !== undefined) return name
  const what = realpathSync(manifestNames.includes(basename(file)) ? dirname(file) : file)
  return `${basename(what)}-${createHash('sha256').update(what).digest('hex').slice(0, 8)}`
}

/** The name of a pod made from that of a file or folder; empty if nothing in it can be in a name. */
export function podNameOf(path: string, { isFolder }: { isFolder: boolean }): string {
  const base = basename(path)
  const plain = isFolder ? base : base.slice(0, base.length - extname(base).length)
  return plain
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 63)
    .replace(/[^a-z0-9]+$/, '')
}

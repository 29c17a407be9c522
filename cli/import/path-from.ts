// Paths as a manifest has them.
import { relative } from 'node:path'

/** The folder `at`, relative to the folder `from` of the manifest where that is near. Both are absolute. */
export function pathFrom(from: string, at: string): string {
  const path = relative(from, at)
  if (path === '') return '.'
  if (path.startsWith('../../..')) return at
  return path.startsWith('..') ? path : `./${path}`
}

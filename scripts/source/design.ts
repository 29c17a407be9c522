// Reads what docs/DESIGN.md says in lists, so that programs and the page say the same. It checks nothing.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The text of the page below `root`. */
export function readDesign(root: string): string {
  return readFileSync(join(root, 'docs/DESIGN.md'), 'utf8')
}

/** The lines about each folder: "- `cli/say/`: what it holds", and behind it what it must not know. */
export function foldersIn(page: string): Map<string, string[]> {
  const found = [...page.matchAll(/^- `([\w/-]+)\/`: (.*\n(?: {2}.*\n)*)/gm)]
  return new Map(found.map(([, folder = '', text = '']) => [folder, text.trimEnd().split(/\n */)]))
}

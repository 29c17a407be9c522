// Reads what docs/DESIGN.md says in lists and tables, so that programs and the page say the same. It checks nothing.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The text of the page below `root`. */
export function readDesign(root: string): string {
  return readFileSync(join(root, 'docs/DESIGN.md'), 'utf8')
}

/** The lines about each folder: "- `cli/say/`: what it holds", and behind it what it keeps to. */
export function foldersIn(page: string): Map<string, string[]> {
  const found = [...page.matchAll(/^- `([\w/-]+)\/`: (.*\n(?: {2}.*\n)*)/gm)]
  return new Map(found.map(([, folder = '', text = '']) => [folder, text.trimEnd().split(/\n */)]))
}

/** The rows of the table under a heading, without its head, as texts of cells. */
export function tableIn(page: string, heading: string): string[][] {
  const start = page.indexOf(`${heading}\n`)
  if (start === -1) throw new Error(`docs/DESIGN.md has no heading "${heading}"`)
  const text = page.slice(start + heading.length)
  const lines = text.slice(0, text.search(/\n#/) + 1 || undefined).split('\n')
  const rows = lines.filter(line => line.startsWith('|')).slice(2)
  if (rows.length === 0) throw new Error(`docs/DESIGN.md has no table under "${heading}"`)
  return rows.map(row =>
    row
      .slice(1, row.lastIndexOf('|'))
      .split('|')
      .map(cell => cell.trim()),
  )
}

/** Headings that begin with `beginning`, and what stands behind it. */
export function headingsIn(page: string, beginning: string): string[] {
  const lines = page.split('\n').filter(line => line.startsWith(beginning))
  return lines.map(line => line.slice(beginning.length))
}

/** What stands in `` in a cell. */
export function codesIn(cell = ''): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)
}

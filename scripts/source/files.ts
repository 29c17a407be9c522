// The source files of the project, and the folders that hold them. It does not look into them.
import { globSync } from 'node:fs'
import { dirname } from 'node:path'

/** The top folders that hold source, in the order in which they are told. */
export const parts = ['bin', 'protocol', 'daemon', 'shim', 'fetch', 'page', 'cli', 'pods', 'scripts'] as const

/** All source files below `root`, by path, sorted; paths have slashes and begin at `root`. */
export function sourceFiles(root: string): string[] {
  const found = globSync(`{${parts.join(',')}}/**/*.{ts,cjs,mjs,js}`, { cwd: root })
  return found.map(file => file.replaceAll('\\', '/')).sort(byFolder)
}

/** The folders that have source files of their own, each once, in the order of `files`. */
export function foldersOf(files: readonly string[]): string[] {
  return [...new Set(files.map(file => dirname(file)))]
}

/** Folder after folder, each before those within it; in a folder by name. */
function byFolder(a: string, b: string): number {
  const [first, second] = [dirname(a), dirname(b)]
  if (first === second) return a < b ? -1 : 1
  const [part, other] = [partOf(first), partOf(second)]
  return part === other ? (first < second ? -1 : 1) : part - other
}

function partOf(folder: string): number {
  return parts.findIndex(part => folder === part || folder.startsWith(`${part}/`))
}

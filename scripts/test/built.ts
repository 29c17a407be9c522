// Whether what is built is newer than all that it is built from: then no build is needed before the tests.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What a build reads. Folders are read whole, and count themselves: what was removed there is seen by them alone. */
const sources = ['cli', 'daemon', 'fetch', 'page', 'pods', 'protocol', 'scripts', 'shim']
const files = ['package.json', 'package-lock.json', 'tsconfig.json', 'node_modules/.package-lock.json']

/** @param root of the checkout @returns false also where nothing is built, or where a file that it needs is missing */
export function isBuilt(root: string): boolean {
  try {
    const read = [...files.map(file => timeOf(join(root, file))), ...sources.flatMap(name => timesIn(join(root, name)))]
    // The oldest: it was written when all had been read.
    const built = filesIn(join(root, 'dist')).map(timeOf)
    return built.length > 0 && Math.max(...read) < Math.min(...built)
  } catch {
    return false
  }
}

function timesIn(folder: string): number[] {
  const within = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return [timeOf(folder), ...within.map(name => timeOf(join(folder, name)))]
}

function filesIn(folder: string): string[] {
  const within = readdirSync(folder, { recursive: true, withFileTypes: true })
  return within.filter(entry => entry.isFile()).map(({ name, parentPath }) => join(parentPath, name))
}

function timeOf(path: string): number {
  return statSync(path).mtimeMs
}

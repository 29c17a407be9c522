// The pods that ship with p8a: `p8a:hello` stands for the file of one, wherever the package lies. What is built has their
// bundles, and takes those.
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import { nearest } from '../../protocol/nearest.ts'
import type { Bundle } from '../bundle/bundle.ts'

const prefix = 'p8a:'
const fromSource = import.meta.filename.endsWith('.ts')
const folder = join(import.meta.dirname, fromSource ? '../../pods' : 'pods')

/**
 * The file that is meant: of a built-in pod, its main file; any other as it is.
 * @throws {P8aError} `file_not_found` for a built-in pod that there is not
 */
export async function pushedFile(file: string): Promise<string> {
  if (!file.startsWith(prefix)) return file
  const name = file.slice(prefix.length)
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries
    .filter(entry => entry.isDirectory() && existsSync(mainFile(entry.name)))
    .map(entry => entry.name)
  if (names.includes(name)) return mainFile(name)
  const meant = nearest(name, names)
  throw new P8aError('file_not_found', `There is no built-in pod ${JSON.stringify(name)}`, {
    hint: `${meant ? `Did you mean ${prefix}${meant}? ` : ''}There are: ${names.map(known => prefix + known).join(', ')}`,
    facts: { file, known: names },
  })
}

/** Whether {@link pushedFile} gave it, and it is a bundle already. */
export function isBuilt(file: string): boolean {
  return !fromSource && dirname(dirname(file)) === folder
}

export async function builtBundle(file: string): Promise<Bundle> {
  const [code, map] = await Promise.all([readFile(file, 'utf8'), readFile(`${file}.map`, 'utf8')])
  return { code, map, file: basename(file), warnings: [] }
}

function mainFile(name: string): string {
  return join(folder, name, fromSource ? 'pod.ts' : 'pod.js')
}

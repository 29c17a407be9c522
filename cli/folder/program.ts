// A file that is a program and not a pod: it begins when it is loaded, and exports nothing. It is pushed with the folder of its package, or,
// where there is none, with the files that it loads.
import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname, extname, join, relative } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import { homeDir } from '../host/data-dir.ts'

const endings = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts']

/** How a file asks whether it is what was started. */
const asksForMain = /\brequire\.main\s*===?\s*module\b|\bmodule\s*===?\s*require\.main\b|\bimport\.meta\.main\b/

/**
 * Whether Node runs a file, and it exports nothing, or asks whether it is what was started and has no default export. A file that cannot
 * be read is none.
 */
export async function isProgram(file: string): Promise<boolean> {
  if (!endings.includes(extname(file))) return false
  const text = await readFile(file, 'utf8').catch(() => '')
  if (text.trim() === '') return false
  return !/\bexports?\b/.test(text) || (asksForMain.test(text) && !/\bexport\s+default\b|\bas\s+default\b/.test(text))
}

/** `only`: the files of the folder that go along; all of them where it is undefined. */
export type Program = { root: string; entry: string; only: string[] | undefined }

/**
 * @param inputsOf finds the files that a file loads, relative to its folder
 * @throws {P8aError} `bad_image` if it loads files from outside of its folder; what `inputsOf` throws
 */
export async function programOf(file: string, inputsOf: (file: string) => Promise<string[]>): Promise<Program> {
  const entry = await realpath(file)
  const root = await packageOf(dirname(entry))
  if (root !== undefined) return { root, entry: relative(root, entry), only: undefined }
  const folder = dirname(entry)
  const only = await inputsOf(entry)
  const outside = only.find(path => path.startsWith('..'))
  if (outside === undefined) return { root: folder, entry: relative(folder, entry), only }
  throw new P8aError(
    'bad_image',
    `Cannot push ${JSON.stringify(file)}: it loads ${JSON.stringify(outside)}, outside of its folder`,
    {
      hint: 'Push the folder that has both, and name what starts with --entry; a package.json beside them marks that folder',
      facts: { file, outside },
    },
  )
}

/** The nearest folder with a `package.json`, up to the home of the user, which is nobody's package. */
async function packageOf(folder: string): Promise<string | undefined> {
  if (folder === homeDir() || folder === dirname(folder)) return undefined
  const found = await stat(join(folder, 'package.json')).catch(() => undefined)
  return found?.isFile() ? folder : await packageOf(dirname(folder))
}

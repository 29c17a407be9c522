// Where a program lies, and what goes along with it: the folder of its package, or, where there is none, the files that it loads.
import { realpath, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import type { BundleWarning, Loaded } from '../bundle/bundle.ts'
import { homeDir } from '../host/data-dir.ts'

export type Program = {
  root: string
  entry: string
  /** The files of the folder that go along; all of them where it is undefined. */
  only: string[] | undefined
  /** What it will not find, where not all of them go along. */
  warnings?: BundleWarning[]
}

/**
 * @param loadedBy finds the files that a file loads, relative to its folder
 * @throws {P8aError} `bad_image` if it loads files from outside of its folder, or is part of a package that no project
 * has installed; what `loadedBy` throws
 */
export async function programOf(file: string, loadedBy: (file: string) => Promise<Loaded>): Promise<Program> {
  const entry = await realpath(file)
  const installed = await programOfPackage(file, entry)
  if (installed) return installed
  const root = await packageOf(dirname(entry))
  if (root !== undefined) return { root, entry: relative(root, entry), only: undefined }
  const folder = dirname(entry)
  const { files: only, warnings } = await loadedBy(entry)
  const outside = only.find(path => path.startsWith('..'))
  if (outside === undefined) return { root: folder, entry: relative(folder, entry), only, warnings }
  throw new P8aError(
    'bad_image',
    `Cannot push ${JSON.stringify(file)}: it loads ${JSON.stringify(outside)}, outside of its folder`,
    {
      hint: 'Push the folder that has both, and name what starts with --entry; a package.json beside them marks that folder',
      facts: { file, outside },
    },
  )
}

/** A program that came with a package, such as `node_modules/.bin/json-server`: what starts is the project that installed it. */
async function programOfPackage(file: string, entry: string): Promise<Program | undefined> {
  const at = `${sep}node_modules${sep}`
  if (!entry.includes(at)) return undefined
  const root = entry.slice(0, entry.indexOf(at))
  const given = join(await realpath(dirname(resolve(file))), file.split(sep).at(-1) ?? '')
  const name = given.startsWith(`${root}${at}`) ? given : entry
  if (await isFile(join(root, 'package.json'))) return { root, entry: relative(root, name), only: undefined }
  throw new P8aError('bad_image', `Cannot push ${JSON.stringify(file)}: it is part of a package that no project has`, {
    hint: [
      { text: 'Install the package in the folder that needs it, and push that' },
      { text: 'or start it where it is', do: { verb: 'push', args: ['NAME', 'FOLDER'], options: { command: '…' } } },
    ],
    facts: { file, root },
  })
}

/** The nearest folder with a `package.json`, up to the home of the user, which is nobody's package. */
async function packageOf(folder: string): Promise<string | undefined> {
  if (folder === homeDir() || folder === dirname(folder)) return undefined
  return (await isFile(join(folder, 'package.json'))) ? folder : await packageOf(dirname(folder))
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false
}

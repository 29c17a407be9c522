// Makes one file of a pod's source: TypeScript, JSX, JSON, text and npm packages, everything except Node's builtins. It
// must not run any of it, and knows nothing of hosts.
import { readFile, realpath, stat } from 'node:fs/promises'
import { basename, dirname, extname, resolve } from 'node:path'
import { type Program, parse } from 'acorn'
import { P8aError } from '../../protocol/errors.ts'
import { type Built, buildFile } from './build.ts'
import { withCommonJsNames } from './commonjs-names.ts'
import { withoutNeedlessNames } from './kept-names.ts'
import { withNearPaths } from './near-paths.ts'
import type { BundleWarning } from './warning.ts'
import { lacksOf, warningsOf } from './warnings.ts'

export { loadedByScript, type Taken, takenAs } from './taken/taken-as.ts'
export type { BundleWarning } from './warning.ts'

export type Bundle = {
  /** One ES module that needs nothing but Node's builtins. */
  code: string
  /** Its source map, JSON; its paths are relative to the file's directory, and it holds no sources. */
  map: string
  /** The file's name without its directory. */
  file: string
  /** What it will not find when it runs, or does otherwise than the file seems to mean. */
  warnings: BundleWarning[]
}

export type Loaded = { files: string[]; warnings: BundleWarning[] }

const endings = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.tsx', '.jsx']

/**
 * Bundles `file`. The same sources give the same bundle, wherever they lie.
 * @throws {P8aError} `file_not_found`, `bundle_failed` with `file`, `line`, `column` and `source` as facts
 */
export async function bundle(file: string): Promise<Bundle> {
  const entry = await checkFile(file)
  const built = await buildFile(entry, file)
  await refuseProgram(file, entry)
  const program = programIn(built)
  const named = withNearPaths(withoutNeedlessNames(built.code, program))
  const { code, map } = withCommonJsNames(named, built.map)
  return { code, map, file: basename(file), warnings: await warningsOf(built, { program, dir: dirname(entry) }) }
}

/**
 * The files that `file` loads, and itself, relative to its folder, with what it will not find if only these go along.
 * @throws {P8aError} as {@link bundle}
 */
export async function filesOf(file: string): Promise<Loaded> {
  const entry = await checkFile(file)
  const built = await buildFile(entry, file)
  // The bundler adds modules of its own, which are no files.
  const isFile = async (path: string) => (await stat(resolve(dirname(entry), path)).catch(() => undefined))?.isFile()
  const found = await Promise.all([...built.inputs].map(async path => ((await isFile(path)) ? [path] : [])))
  return { files: found.flat(), warnings: lacksOf(built, { program: programIn(built), dir: dirname(entry) }) }
}

function programIn({ code }: Pick<Built, 'code'>): Program {
  return parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true })
}

/** The real path of a file that can be bundled. */
async function checkFile(file: string): Promise<string> {
  const shown = JSON.stringify(file)
  const found = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT' && cause.code !== 'ENOTDIR') throw unreadable(file, cause)
    throw new P8aError('file_not_found', `Cannot push ${shown}: there is no such file`, {
      hint: `Looked for ${resolve(file)}`,
      facts: { file },
      cause,
    })
  })
  if (!found.isFile())
    throw refused(
      file,
      found.isDirectory() ? 'it is a directory' : 'it is not a file',
      'Name the file whose default export is the pod',
    )
  if (!endings.includes(extname(file))) {
    throw refused(
      file,
      `a pod's file cannot end in "${extname(file)}"`,
      `It may end in ${endings.join(', ')}; a script in another language needs a first line such as #!/usr/bin/env python3, or --command 'python3 $P8A_FILE'`,
    )
  }
  const text = await readFile(file, 'utf8').catch(cause => {
    throw unreadable(file, cause)
  })
  if (text.trim() === '') throw refused(file, 'it is empty', 'The smallest pod: export default async () => {}')
  return await realpath(file)
}

/** A program that runs when it is loaded has no default export to call; the host would start it over and over. */
async function refuseProgram(file: string, entry: string): Promise<void> {
  if (/\bexports?\b/.test(await readFile(entry, 'utf8'))) return
  throw refused(
    file,
    'it has no default export',
    `Export the function that is the pod: export default async (params, bus, p8a) => { … }; for a program that runs when it is loaded, push another file: export default async () => { await import('./${basename(file)}') }`,
  )
}

function refused(file: string, why: string, hint: string): P8aError {
  return new P8aError('bundle_failed', `Cannot push ${JSON.stringify(file)}: ${why}`, { hint, facts: { file } })
}

function unreadable(file: string, cause: NodeJS.ErrnoException): P8aError {
  return refused(file, `it cannot be read (${cause.code})`, 'Check the rights of that file')
}

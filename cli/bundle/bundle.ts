// Makes one file of a pod's source: TypeScript, JSX, JSON, text and npm packages, everything except Node's builtins. It
// must not run any of it, and knows nothing of hosts.
import { readFile, realpath, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import type { BuildFailure, BuildOptions, BuildResult, Plugin } from 'esbuild'
import { P8aError } from '../../protocol/errors.ts'
import { asksForMissingName, builtins, exportsWholeBuiltin } from './builtins.ts'
import { bundleError } from './bundle-error.ts'
import { commonJsNames, withCommonJsNames } from './commonjs-names.ts'
import { nativeAddons } from './native.ts'

export type Bundle = {
  /** One ES module that needs nothing but Node's builtins. */
  code: string
  /** Its source map, JSON; its paths are relative to the file's directory, and it holds no sources. */
  map: string
  /** The file's name without its directory. */
  file: string
}

const endings = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.tsx', '.jsx']

/**
 * Bundles `file`. The same sources give the same bundle, wherever they lie.
 * @throws {P8aError} `file_not_found`, `bundle_failed` with `file`, `line`, `column` and `source` as facts
 */
export async function bundle(file: string): Promise<Bundle> {
  const entry = await checkFile(file)
  const addons = nativeAddons()
  const make = (...plugins: Plugin[]) => buildEntry(file, entry, [addons.plugin, ...plugins])
  let result = await make(builtins('live'))
  if (asksForMissingName(textOf(result, '.js'))) await make(builtins('names'))
  if (exportsWholeBuiltin(textOf(result, '.js'))) result = await make()
  await addons.refuse(result.metafile, { file, dir: dirname(entry) })
  await refuseProgram(file, entry)
  const { code, map } = withCommonJsNames(textOf(result, '.js'), textOf(result, '.map'))
  return { code, map, file: basename(file) }
}

/** @throws {P8aError} if it cannot be built, or imports something that does not exist */
async function buildEntry(file: string, entry: string, plugins: Plugin[]): Promise<BuildResult<Built>> {
  const { build } = await import('esbuild')
  return await build({ ...buildOptions(entry), plugins }).catch((failure: BuildFailure) => {
    throw bundleError(failure, file)
  })
}

type Built = BuildOptions & { metafile: true; write: false }

function buildOptions(entry: string): Built {
  return {
    entryPoints: [entry],
    // Nothing is written there; the paths in the map and in comments are relative to this place.
    outfile: join(dirname(entry), 'pod.js'),
    absWorkingDir: dirname(entry),
    write: false,
    metafile: true,
    bundle: true,
    packages: 'bundle',
    platform: 'node',
    format: 'esm',
    target: 'node22',
    jsx: 'automatic',
    loader: { '.txt': 'text' },
    define: commonJsNames,
    sourcemap: 'external',
    sourcesContent: false,
    charset: 'utf8',
    logLevel: 'silent',
  }
}

function textOf({ outputFiles }: BuildResult<Built>, ending: string): string {
  return outputFiles.find(output => output.path.endsWith(ending))?.text ?? ''
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
      `It may end in ${endings.join(', ')}; a script in another language needs a first line such as #!/usr/bin/env python3`,
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

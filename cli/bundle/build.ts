// Builds a file, and again as often as needed: the errors of one build say what the next leaves to run time or keeps. It
// knows esbuild, and nothing of what becomes of the bundle.
import { dirname, join } from 'node:path'
import type { BuildFailure, BuildOptions, BuildResult, Message, Plugin } from 'esbuild'
import { asyncRequires } from './async-require.ts'
import { asksForMissingName, builtins, exportsWholeBuiltin } from './builtins.ts'
import { asyncRequireError, bundleError } from './bundle-error.ts'
import { commonJsNames } from './commonjs-names.ts'
import { Leniency } from './leniency.ts'
import { Metadata } from './metadata.ts'
import { nativeAddons } from './native.ts'
import { OwnEffects } from './own-effects.ts'
import { type Sloppy, sloppyFiles } from './sloppy.ts'

export type Built = {
  code: string
  map: string
  warnings: readonly Message[]
  /** The files that were bundled, relative to the directory of the first. */
  inputs: ReadonlySet<string>
  sloppy: Sloppy
  leniency: Leniency
}

/** One build shows everything that is wrong, so few are needed. */
const mostBuilds = 12

/**
 * @param entry the real path of the file
 * @param file how messages name it
 * @throws {P8aError} `bundle_failed` or `bad_image` if it cannot be built, or imports something that does not exist
 */
export async function buildFile(entry: string, file: string): Promise<Built> {
  const dir = dirname(entry)
  const parts: Parts = {
    file,
    dir,
    sloppy: sloppyFiles(dir),
    leniency: new Leniency(dir),
    effects: new OwnEffects(dir),
    metadata: new Metadata(dir),
  }
  const addons = nativeAddons()
  const make = (...plugins: Plugin[]) => buildLeniently(options(entry), [addons.plugin, ...plugins], parts)
  let result = await make(builtins('live'))
  if (asksForMissingName(textOf(result, '.js'))) await make(builtins('names'))
  if (exportsWholeBuiltin(textOf(result, '.js'))) result = await make()
  await addons.refuse(result.metafile, { file, dir })
  return {
    ...parts,
    code: textOf(result, '.js'),
    map: textOf(result, '.map'),
    warnings: result.warnings,
    inputs: new Set(Object.keys(result.metafile.inputs)),
  }
}

type Parts = { file: string; dir: string; sloppy: Sloppy; leniency: Leniency; effects: OwnEffects; metadata: Metadata }

async function buildLeniently(
  options: Options,
  plugins: readonly Plugin[],
  parts: Parts,
): Promise<BuildResult<Options>> {
  const { sloppy, leniency, effects, metadata } = parts
  for (let builds = 1; ; builds++) {
    const all = [effects.plugin, leniency.plugin(sloppy), sloppy.plugin, metadata.plugin, ...plugins]
    const result = await tryBuild({ ...options, plugins: all })
    if ('metafile' in result) {
      if (!(await mustBuildAgain(result, parts)) || builds === mostBuilds) return result
      continue
    }
    const errors = metadata.learn(leniency.learn(result.errors ?? []))
    if (errors.length === 0 && result.errors?.length > 0 && builds < mostBuilds) continue
    throw await bundleError({ errors, cause: result }, { ...parts, placeOf: sloppy.placeOf })
  }
}

async function tryBuild(options: Options): Promise<BuildResult<Options> | BuildFailure> {
  const { build } = await import('esbuild')
  return await build(options).catch((failure: BuildFailure) => failure)
}

/** @throws {P8aError} `bundle_failed` for a require() of a module that awaits at its top */
async function mustBuildAgain(
  result: BuildResult<Options>,
  { file, dir, leniency, effects, sloppy }: Parts,
): Promise<boolean> {
  if (await effects.learn(result)) return true
  let isLeft = false
  for (const found of await asyncRequires(result.metafile, dir)) {
    const asked = await sloppy.askedIn(join(dir, found.importer), found.specifier)
    if (!asked?.isTried) throw asyncRequireError(found, { file, place: asked?.place })
    // It fails at run time, and the file catches that.
    isLeft = leniency.leave({ file: join(dir, found.importer), specifier: found.specifier, isTried: true }) || isLeft
  }
  return isLeft
}

type Options = BuildOptions & { metafile: true; write: false }

function options(entry: string): Options {
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
    keepNames: true,
    loader: { '.txt': 'text' },
    define: commonJsNames,
    sourcemap: 'external',
    sourcesContent: false,
    charset: 'utf8',
    logLevel: 'silent',
    // No limit: each message counts.
    logLimit: 0,
  }
}

function textOf({ outputFiles }: BuildResult<Options>, ending: string): string {
  return outputFiles.find(output => output.path.endsWith(ending))?.text ?? ''
}

// What could not be bundled, as one error with the place in it.
import { access } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { dirname, join } from 'node:path'
import type { Message } from 'esbuild'
import { P8aError } from '../../protocol/errors.ts'
import type { AsyncRequire } from './async-require.ts'
import { isInstalled, nameOf, packageName } from './packages.ts'
import { type Place, type PlaceOf, placeText } from './warning.ts'

/** The most characters of the offending line that a message shows. */
const mostSource = 100

/**
 * The error for a build that failed: its first problem, and how many more there are.
 * @param failed.errors those that no other build avoids
 * @param options.file how messages name what is bundled
 * @param options.dir the directory to which the paths in esbuild's messages are relative
 */
export async function bundleError(
  failed: { errors: readonly Message[]; cause: Error },
  { file, dir, placeOf }: { file: string; dir: string; placeOf: PlaceOf },
): Promise<P8aError> {
  const [first, ...more] = failed.errors
  if (!first)
    return new P8aError('bundle_failed', `Cannot bundle ${JSON.stringify(file)}: ${failed.cause.message}`, {
      cause: failed.cause,
    })
  const missing = /^Could not resolve "(.*)"/s.exec(first.text)?.[1]
  const what = missing === undefined ? plain(first.text) : `cannot find ${JSON.stringify(missing)}`
  const rest = more.length > 0 ? ` (and ${more.length} more)` : ''
  const place = placeOf(first)
  // Code that does not parse has the error code that a host would give it.
  const code = missing === undefined ? 'bad_image' : 'bundle_failed'
  const hint = missing === undefined ? hintForCode(first.text, place) : await hintFor(missing, { first, place, dir })
  return new P8aError(code, `Cannot bundle ${JSON.stringify(file)}: ${what}${shown(place)}${rest}`, {
    hint,
    facts: { ...(place ?? { file }), text: plain(first.text), ...(missing === undefined ? {} : { import: missing }) },
  })
}

/** The error for a require() of an ES module that awaits at its top. */
export function asyncRequireError(
  { importer, specifier, awaits }: AsyncRequire,
  { file, place }: { file: string; place: Place | undefined },
): P8aError {
  const at = place ?? { file: importer }
  const hint = isInstalled(importer)
    ? `Use a version of the package ${JSON.stringify(packageName(importer))} that imports it, or one of ${JSON.stringify(nameOf(specifier))} that does not await at its top`
    : `Write it as: await import(${JSON.stringify(specifier)})`
  return new P8aError(
    'bundle_failed',
    `Cannot bundle ${JSON.stringify(file)}: require(${JSON.stringify(specifier)}) at ${placeText(at)} is of a module that awaits at its top (${awaits.file}:${awaits.line}), which Node refuses too`,
    { hint, facts: { ...at, import: specifier } },
  )
}

/** What esbuild says if a builtin lacks a name; the path is that of the module in the builtin's place. */
const missingName = /^No matching export in "builtin:(.*)" for import (".*")$/

function plain(text: string): string {
  return text.replace(missingName, '"$1" has no export $2')
}

function hintForCode(text: string, place: Place | undefined): string {
  if (missingName.test(text))
    return `Node ${process.version} has no such export; if only the host's Node has it, use import * as`
  if (!place || !isInstalled(place.file)) return 'Repair the code there, then push again'
  return `That is in the package ${JSON.stringify(packageName(place.file))}: try another version of it`
}

/** ` at app.ts:3:14: const y = = 2`; lines and columns count from 1. */
function shown(place: Place | undefined): string {
  if (!place) return ''
  const source = place.source.trim()
  const cut = source.length > mostSource ? `${source.slice(0, mostSource)}…` : source
  return ` at ${placeText(place)}${cut ? `: ${cut}` : ''}`
}

async function hintFor(
  missing: string,
  { first, place, dir }: { first: Message; place: Place | undefined; dir: string },
): Promise<string> {
  if (/^(?:\.{0,2}\/|\.{1,2}$)/.test(missing)) return `Check that path; it is relative to ${place?.file ?? 'the file'}`
  if (missing.startsWith('node:')) return `This Node has no such builtin; it has ${builtinModules.length} others`
  if (missing.startsWith('#')) return 'Check "imports" in package.json'
  const name = nameOf(missing)
  if (!(await isThere(name, dirname(join(dir, first.location?.file ?? ''))))) return `npm install ${name}`
  const note = first.notes.find(({ location }) => location)?.text.replace(/:$/, '')
  return `The package ${JSON.stringify(name)} is installed, but has nothing of that name${note ? `: ${note}` : ''}`
}

/** Whether Node finds a package from a directory. */
async function isThere(name: string, dir: string): Promise<boolean> {
  const found = await access(join(dir, 'node_modules', name)).then(
    () => true,
    () => false,
  )
  return found || (dirname(dir) !== dir && (await isThere(name, dirname(dir))))
}

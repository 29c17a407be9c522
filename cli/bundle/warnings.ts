// Collects the warnings about a bundle: what esbuild warns of, what is left to run time, and what will not be found then.
import { existsSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import type { Program } from 'acorn'
import type { Message } from 'esbuild'
import type { Built } from './build.ts'
import { commonJsNames } from './commonjs-names.ts'
import { type Finding, type Found, findingsIn } from './findings.ts'
import { originsIn, placeAt } from './origins.ts'
import { isInstalled, isOptionalFor, nameOf, packageDirOf, packageName } from './packages.ts'
import type { BundleWarning, Place } from './warning.ts'
import { brokenText, leftText, missingText, ownText, type Sent, unmatchedText } from './warning-texts.ts'

/**
 * @param bundled.program the syntax tree of the code as esbuild built it
 * @param bundled.dir the directory to which all paths are relative
 */
export async function warningsOf(built: Built, bundled: { program: Program; dir: string }): Promise<BundleWarning[]> {
  return [
    ...ofEsbuild(built),
    ...(await ofTexts(built)),
    ...(await leftToRunTime(built)),
    ...notFound(built, { ...bundled, sent: 'bundle' }),
  ].sort(byPlace)
}

/** What a program will not find if only the files that it loads go along. The parameters are those of {@link warningsOf}. */
export function lacksOf(built: Built, bundled: { program: Program; dir: string }): BundleWarning[] {
  return notFound(built, { ...bundled, sent: 'files' }).sort(byPlace)
}

function byPlace(a: BundleWarning, b: BundleWarning): number {
  const [one, two] = [a.file ?? '', b.file ?? '']
  if (one !== two) return one < two ? -1 : 1
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)
}

/** Only those about the person's own files: those about packages are for their authors. */
function ofEsbuild({ warnings, sloppy }: Built): BundleWarning[] {
  return warnings
    .filter(({ location }) => !location || !isInstalled(location.file))
    .map(message => ({ text: textOf(message), ...sloppy.placeOf(message) }))
}

/** What esbuild warns of in the files that are in the bundle as texts, which it did not see as code. */
async function ofTexts({ sloppy }: Built): Promise<BundleWarning[]> {
  const own = sloppy.texts().filter(({ file }) => !isInstalled(file))
  if (own.length === 0) return []
  const { transform } = await import('esbuild')
  const found = own.map(async ({ file, text }) => {
    // Whether a text can be built was seen by parsing it.
    const made = await transform(text, { sourcefile: file, logLevel: 'silent', logLimit: 0 }).catch(() => undefined)
    return (made?.warnings ?? []).map(message => ({ text: textOf(message), ...placeIn(message) }))
  })
  return (await Promise.all(found)).flat()
}

function placeIn({ location }: Message): Place | undefined {
  return location
    ? { file: location.file, line: location.line, column: location.column + 1, source: location.lineText }
    : undefined
}

function textOf({ text, notes }: Message): string {
  const [note] = notes
  return note && !note.location ? `${text}. ${note.text}` : text
}

async function leftToRunTime({ leniency, sloppy }: Built): Promise<BundleWarning[]> {
  const byPackage = new Map<string, { names: Set<string>; place: Place | undefined }>()
  for (const { file, specifier, message, isTried } of leniency.left) {
    if (isTried || (await isOptionalFor(packageDirOf(file), nameOf(specifier)))) continue
    const from = packageName(file)
    const known = byPackage.get(from) ?? { names: new Set(), place: message && sloppy.placeOf(message) }
    byPackage.set(from, known)
    known.names.add(specifier)
  }
  const unmatched = leniency.unmatched.flatMap(message => {
    const place = sloppy.placeOf(message)
    return place && !isInstalled(place.file) ? [unmatchedText(message.text, place)] : []
  })
  // A folder of a package has texts and templates too; only what looks like code is worth a word.
  const broken = leniency.broken.filter(({ location }) => /\.[cm]?[jt]sx?$/.test(location?.file ?? ''))
  return [
    ...[...byPackage].map(([from, { names, place }]) => leftText(from, { names: [...names], place })),
    ...unmatched,
    ...broken.map(message => brokenText(message.text, sloppy.placeOf(message))),
  ]
}

/** All places in the person's own files; for each package, the first. */
function notFound(
  built: Built,
  { program, dir, sent }: { program: Program; dir: string; sent: Sent },
): BundleWarning[] {
  const found = [...inBundle(built, program), ...inTexts(built)].filter(
    one => sent === 'bundle' || !isLoaded(one, built.inputs),
  )
  const own = found.filter(({ place }) => !isInstalled(place.file)).map(one => ownText(one, sent))
  const byPackage = new Map<string, Found>()
  for (const one of found.filter(one => isInstalled(one.place.file) && isLikely(one, dir))) {
    const name = packageName(one.place.file)
    if (!byPackage.has(name)) byPackage.set(name, one)
  }
  return [...own, ...[...byPackage].map(([name, one]) => missingText(one, { name, sent }))]
}

/** Whether a file is among those that are loaded, which go along where nothing is bundled. */
function isLoaded({ path, place }: Found, inputs: ReadonlySet<string>): boolean {
  return path !== undefined && inputs.has(join(dirname(place.file), path))
}

function inBundle({ code, map, inputs, sloppy }: Built, program: Program): Found[] {
  const names = { dirname: commonJsNames.__dirname, filename: commonJsNames.__filename, require: '__require' }
  const findings = findingsIn(program, names, isBuiltin)
  if (findings.length === 0) return []
  const originOf = originsIn({ code, map, inputs })
  const texts = new Set(sloppy.texts().map(({ file }) => file))
  return findings.flatMap(finding => {
    const place = originOf(finding.node.start)
    return place && !texts.has(place.file) ? [{ ...finding, place, code: shortCode(code, finding) }] : []
  })
}

function inTexts({ sloppy }: Built): Found[] {
  const names = { dirname: '__dirname', filename: '__filename', require: 'require' }
  return sloppy.texts().flatMap(({ file, text, program }) =>
    findingsIn(program, names, isBuiltin).map(finding => {
      const place = placeAt(text, { file, offset: finding.node.start })
      return { ...finding, place, code: shortCode(text, finding) }
    }),
  )
}

/** The code in one line, as the person wrote it. */
function shortCode(code: string, { node }: Finding): string {
  const text = code
    .slice(node.start, node.end)
    .replace(/\s+/g, ' ')
    .replace(/\b__require\b|\brequire\d+\b/g, 'require')
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

/** Packages have many paths that are never used; a worker, and a file that is there, are meant to be found. */
function isLikely({ what, path, place }: Found, dir: string): boolean {
  if (what === 'worker') return true
  return what === 'file' && path !== undefined && existsSync(join(dir, dirname(place.file), path))
}

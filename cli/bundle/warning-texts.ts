// The words of the warnings about a bundle. Pure.
import type { Found } from './findings.ts'
import { nameOf, packageName } from './packages.ts'
import { type BundleWarning, type Place, placeText } from './warning.ts'

/** What goes to the host: one file, or those that a program loads. */
export type Sent = 'bundle' | 'files'

const limits: Record<Sent, string> = {
  bundle: 'the bundle is one file',
  files: 'only the files that the program loads go along',
}

/** Only a program is started from a folder, so a pod is bundled in any case. */
const byFolder = 'push the folder of the program: pod push REMOTE NAME FOLDER --entry FILE'

/** A package requires what is not installed. */
export function leftText(
  from: string,
  { names, place }: { names: readonly string[]; place: Place | undefined },
): BundleWarning {
  const all = names.map(name => JSON.stringify(name)).join(', ')
  const [are, they] = names.length === 1 ? ['is', 'it is'] : ['are', 'they are']
  const packages = [...new Set(names.filter(name => !/^[./#]/.test(name)).map(nameOf))]
  return {
    text: `the package ${JSON.stringify(from)} requires ${all}, which ${are} not installed; the require fails if it is run, as under Node`,
    ...(packages.length > 0 && { hint: `If ${they} needed: npm install ${packages.join(' ')}` }),
    ...place,
  }
}

/** A path that is put together matches no file. */
export function unmatchedText(text: string, place: Place): BundleWarning {
  const pattern = /^Could not resolve (.*)$/s.exec(text)?.[1] ?? text
  return {
    text: `${pattern} matches no file, so it fails if it is run`,
    hint: 'The bundle holds only the files that are there at the push',
    ...place,
  }
}

/** A file of a package does not parse. */
export function brokenText(text: string, place: Place | undefined): BundleWarning {
  const from = place ? `the package ${JSON.stringify(packageName(place.file))}` : 'a package'
  return { text: `a file of ${from} does not parse (${text}); a require of it fails if it is run`, ...place }
}

/** Something in the person's own file that will not be found when it runs. */
export function ownText(found: Found, sent: Sent): BundleWarning {
  const hint = sent === 'files' ? `With all of its files: ${byFolder}` : `${hints[found.what]}; or ${byFolder}`
  return { text: lackText(found, limits[sent]), hint, ...found.place }
}

function lackText({ what, path, code }: Found, limit: string): string {
  switch (what) {
    case 'worker':
      return `the file${path === undefined ? '' : ` ${JSON.stringify(path)}`} of this worker will not be found, since ${limit}`
    case 'file':
      return `${path === undefined ? 'a file' : JSON.stringify(path)} is looked for beside the program, but ${limit}`
    case 'folder':
      return `the folder of the program is used, but ${limit}: on the host no other file is there`
    case 'made':
      return `${code} uses a require that createRequire() makes at run time, so the module will not be found: ${limit}`
    case 'module':
      return `which module ${code} means is known only at run time, so the module will not be found: ${limit}`
  }
}

/** What else helps where a bundle is pushed. */
const hints: Record<Found['what'], string> = {
  worker:
    'Give the code of the worker as a text, new Worker(code, { eval: true }), or the absolute path of a file on the host',
  file: 'Import it, so that it is in the bundle (JSON and .txt files can be), or use the absolute path of a file on the host',
  folder: 'Use the absolute path of a folder on the host, or the storage of the pod: p8a.storage',
  made: 'Import it: import data from "./data.json", or await import("…")',
  module: 'Name each module that it may be: require("…")',
}

/** A package looks for a file of its own. */
export function missingText({ what, path, place }: Found, { name, sent }: { name: string; sent: Sent }): BundleWarning {
  const file = what === 'worker' ? 'a worker of its own' : 'a file of its own'
  const named = path === undefined ? '' : ` (${path})`
  return {
    text: `the package ${JSON.stringify(name)} looks for ${file}${named} at ${placeText(place)}, but ${limits[sent]}`,
    hint: `What needs that file fails when it runs; with all of its files: ${byFolder}`,
    ...place,
  }
}

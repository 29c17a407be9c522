// The words of the warnings about a bundle. Pure.
import type { Found } from './findings.ts'
import { nameOf, packageName } from './packages.ts'
import { type BundleWarning, type Place, placeText } from './warning.ts'

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
export function ownText({ what, path, code, place }: Found): BundleWarning {
  switch (what) {
    case 'worker':
      return {
        text: `the file${path === undefined ? '' : ` ${JSON.stringify(path)}`} of this worker is not in the bundle, which is one file`,
        hint: 'Give the code of the worker as a text, new Worker(code, { eval: true }), or the absolute path of a file on the host',
        ...place,
      }
    case 'file':
      return {
        text: `${path === undefined ? 'a file' : JSON.stringify(path)} is looked for beside the program, but the bundle is one file`,
        hint: 'Import it, so that it is in the bundle (JSON and .txt files can be), or use the absolute path of a file on the host',
        ...place,
      }
    case 'folder':
      return {
        text: 'the folder of the program is used, but the bundle is one file: on the host no other file is there',
        hint: 'Use the absolute path of a folder on the host, or the storage of the pod: p8a.storage',
        ...place,
      }
    case 'made':
      return {
        text: `${code} uses a require that createRequire() makes at run time, so the module is not in the bundle`,
        hint: 'Import it: import data from "./data.json", or await import("…")',
        ...place,
      }
    case 'module':
      return {
        text: `which module ${code} means is known only at run time, so the module is not in the bundle`,
        hint: 'Name each module that it may be: require("…")',
        ...place,
      }
  }
}

/** A package looks for a file of its own. */
export function missingText(name: string, { what, path, place }: Found): BundleWarning {
  const file = what === 'worker' ? 'a worker of its own' : 'a file of its own'
  const named = path === undefined ? '' : ` (${path})`
  return {
    text: `the package ${JSON.stringify(name)} looks for ${file}${named} at ${placeText(place)}, but the bundle is one file`,
    hint: 'What needs that file fails when it runs',
    ...place,
  }
}

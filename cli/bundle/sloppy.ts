// Keeps CommonJS files in sloppy mode sloppy. A bundle is an ES module, and all code in a module is strict; so such a
// file is in the bundle as a text, which is compiled as Node compiles a CommonJS file. It knows nothing of where modules
// are found: esbuild does that.
import { readFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import type { Program } from 'acorn'
import type { Plugin } from 'esbuild'
import { asksIn } from './requires.ts'
import { parseScript, placeOf, runnerPath, type StandIn, standInFor } from './stand-in.ts'
import type { Place, PlaceOf } from './warning.ts'

export type Sloppy = {
  plugin: Plugin
  /** What esbuild is given in place of a file; undefined if the file needs no text. */
  standIn(path: string): Promise<string | undefined>
  /** The place that a message is about: for a text, the place that asks for a module. */
  placeOf: PlaceOf
  /** How a CommonJS file, sloppy or strict, asks for a module by this name. */
  askedIn(path: string, specifier: string): Promise<{ isTried: boolean; place: Place } | undefined>
  /** The files that are in the bundle as texts. */
  texts(): { file: string; text: string; program: Program }[]
}

const namespace = 'p8a:sloppy'

/** @param dir the directory to which the paths in the bundle are relative */
export function sloppyFiles(dir: string): Sloppy {
  const found = new Map<string, StandIn>()
  const isInModulePackage = modulePackages()
  const nameOf = (path: string) => relative(dir, path).split(sep).join('/')
  const standIn = async (path: string): Promise<string | undefined> => {
    if (!/\.c?js$/.test(path) || (path.endsWith('.js') && (await isInModulePackage(dirname(path))))) return undefined
    const file = nameOf(path)
    const made = found.get(file) ?? standInFor(await readFile(path, 'utf8'), file)
    if (made) found.set(file, made)
    return made?.contents
  }
  return {
    standIn,
    texts: () => [...found].map(([file, { text, program }]) => ({ file, text, program })),
    placeOf: ({ location }) => {
      if (!location) return undefined
      const { file, line, column, lineText: source } = location
      return found.get(file)?.places.get(line) ?? { file, line, column: column + 1, source }
    },
    askedIn: async (path, specifier) => {
      const text = await readFile(path, 'utf8')
      const program = parseScript(text)
      const asked = program && asksIn(program).find(({ what }) => what && 'text' in what && what.text === specifier)
      return asked && { isTried: asked.isTried, place: placeOf(asked, { file: nameOf(path), text }) }
    },
    plugin: {
      name: 'sloppy',
      setup(build) {
        build.onResolve({ filter: new RegExp(`^${runnerPath}$`) }, () => ({ path: 'runner', namespace }))
        build.onLoad({ filter: /./, namespace }, () => ({ contents: runner }))
        build.onLoad({ filter: /\.c?js$/ }, async ({ path }) => {
          const contents = await standIn(path)
          return contents === undefined ? undefined : { contents }
        })
      },
    },
  }
}

/** Whether the package that a directory belongs to says that its `.js` files are ES modules. */
function modulePackages(): (dir: string) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>()
  const find = (dir: string): Promise<boolean> => {
    const found = known.get(dir) ?? look(dir)
    known.set(dir, found)
    return found
  }
  const look = async (dir: string): Promise<boolean> => {
    const text = await readFile(join(dir, 'package.json'), 'utf8').catch(() => undefined)
    if (text !== undefined) return isModulePackage(text)
    return dirname(dir) === dir ? false : await find(dirname(dir))
  }
  return find
}

function isModulePackage(manifest: string): boolean {
  try {
    return (JSON.parse(manifest) as { type?: unknown }).type === 'module'
  } catch {
    // esbuild warns of a broken package.json.
    return false
  }
}

/** Compiles a text as Node compiles a CommonJS file, and hands it the modules of the bundle that it asks for. */
const runner = `
const { compileFunction, constants } = process.getBuiltinModule('vm')
module.exports = (module, { text, file, importer, require, filename, dirname, required, imported, patterns }) => {
  const loader = (how, known, id) => {
    if (Object.hasOwn(known, id)) return known[id]
    for (const [asked, pattern, load] of patterns) {
      const parts = asked === how ? pattern.exec(id) : null
      if (parts) return () => load(...parts.slice(1))
    }
  }
  const own = id => (loader('require', required, id) ?? (() => require(id)))()
  Object.defineProperties(own, Object.getOwnPropertyDescriptors(require))
  const ownImport = async id => await (loader('import', imported, id) ?? (() => import(id)))()
  Object.assign(module, { id: filename, filename, path: dirname, children: [], paths: [] })
  const names = ['exports', 'require', 'module', '__filename', '__dirname', importer]
  const run = compileFunction(text, names, { filename: file, importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER })
  Reflect.apply(run, module.exports, [module.exports, own, module, filename, dirname, ownImport])
}
`

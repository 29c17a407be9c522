// Lets a bundle reach Node's builtins by process.getBuiltinModule. For an import of a builtin Node builds an ES module
// around it, which touches every lazy property of it: for `http` that loads undici, and costs 25 ms and 16 MB at each
// start. It knows esbuild's plugins and nothing else of bundling.
import { isBuiltin } from 'node:module'
import type { Plugin } from 'esbuild'

/**
 * What stands in the place of a builtin: a module that gets the real one at run time, or only the names that it
 * exports.
 */
export type BuiltinsAs = 'live' | 'names'

const namespace = 'builtin'

/**
 * Puts a module of our own in the place of each builtin that is imported. A `live` module is CommonJS: esbuild reads
 * its properties where they are used. So no lazy property is touched before, and a property that somebody replaces is
 * seen. For a `live` module esbuild cannot tell whether it has a name; for `names` it can.
 */
export function builtins(as: BuiltinsAs): Plugin {
  return {
    name: 'builtins',
    setup(build) {
      build.onResolve({ filter: /^[a-z_]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
        if (pluginData === namespace || kind.startsWith('require') || !isBuiltin(path)) return
        // The paths of a tsconfig may have given the name to a file.
        const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: namespace })
        if (!found.external) return found
        return { path: path.startsWith('node:') ? path : `node:${path}`, namespace, sideEffects: false }
      })
      const contents = as === 'live' ? liveModule : namesModule
      build.onLoad({ filter: /./, namespace }, ({ path }) => ({ contents: contents(path) }))
    },
  }
}

/** The Node that runs the pod may be another than this one, and lack the module: then it fails as an import would. */
function liveModule(path: string): string {
  const failure = `Object.assign(new Error('No such built-in module: ${path}'), { code: 'ERR_UNKNOWN_BUILTIN_MODULE' })`
  return `module.exports = process.getBuiltinModule('${path}')\nif (!module.exports) throw ${failure}`
}

function namesModule(path: string): string {
  const names = exportsOf(path).map(name => `, nothing as ${JSON.stringify(name)}`)
  return `const nothing = 0\nexport { nothing as default${names.join('')} }`
}

function exportsOf(path: string): string[] {
  const { emitWarning } = process
  // The warning that a module is experimental belongs into the pod's log, not into the output of a bundler.
  process.emitWarning = () => {}
  try {
    return Object.keys(process.getBuiltinModule(path) ?? {}).filter(name => name !== 'default')
  } finally {
    process.emitWarning = emitWarning
  }
}

/** How esbuild writes a `live` builtin, an import of it, and the use of a name that was imported. */
const modulePattern = /^var (require_\w+) = __commonJS\(\{\n {2}"builtin:([\w:/]+)"/gm
const importPattern = /^ *(?:var )?(import_\w+) = __toESM\((require_\w+)\(\)/gm
const namePattern = /\b(import_\w+)\.([\w$]+)/g
const starPattern = /__reExport\(\w+, (?:__toESM\()?(require_\w+)\(\)/g

/** Whether a bundle with `live` builtins has an `export *` of one: the names of it are then missing from its exports. */
export function exportsWholeBuiltin(code: string): boolean {
  const modules = liveModules(code)
  return [...code.matchAll(starPattern)].some(([, module = '']) => modules.has(module))
}

/** Whether a bundle with `live` builtins seems to import a name that this Node's builtin lacks. */
export function asksForMissingName(code: string): boolean {
  const modules = liveModules(code)
  const imports = new Map([...code.matchAll(importPattern)].map(([, name = '', module = '']) => [name, module]))
  const known = new Map([...modules].map(([module, path]) => [module, new Set(['default', ...exportsOf(path)])]))
  return [...code.matchAll(namePattern)].some(
    ([, from = '', name = '']) => known.get(imports.get(from) ?? '')?.has(name) === false,
  )
}

function liveModules(code: string): Map<string, string> {
  return new Map([...code.matchAll(modulePattern)].map(([, module = '', path = '']) => [module, path]))
}

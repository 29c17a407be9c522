// Finds native addons, which cannot be bundled: a package that is one is refused by name, unless every import of it is
// optional. It knows esbuild's plugins and nothing else of bundling.
import { access } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { Metafile, Plugin } from 'esbuild'
import { P8aError } from '../../protocol/errors.ts'
import { isInstalled, isOptionalFor, manifestOf, packageDirOf, packageName } from './packages.ts'

/** An addon: the directory of its package, and how that is known. */
type Addon = { packageDir: string; sign: string }

export type NativeAddons = {
  plugin: Plugin
  /** @throws {P8aError} `bundle_failed` for an addon that is needed */
  refuse: (metafile: Metafile, entry: { file: string; dir: string }) => Promise<void>
}

/** Names such as `@img/sharp-linux-x64`: the compiled part of a package, for one kind of machine. */
const platformPackage = /[-/.](?:linux|darwin|win32)-/

const mark = 'native-addons'

/** Watches one build for addons. It leaves `.node` files out of the bundle, so that loading one fails at run time. */
export function nativeAddons(): NativeAddons {
  const imported: Addon[] = []
  return {
    plugin: {
      name: mark,
      setup(build) {
        build.onResolve({ filter: /\.node$/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
          if (pluginData === mark) return
          const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: mark })
          // "./stream.node" may be the file stream.node.js, and "pack/server.node" a part of a package.
          if (found.errors.length === 0 ? !found.path.endsWith('.node') : !path.startsWith('.')) return
          imported.push({ packageDir: packageDirOf(importer), sign: `it loads ${JSON.stringify(path)}` })
          return { path, external: true }
        })
        // A package whose main file is an addon is seen only here.
        build.onLoad({ filter: /\.node$/ }, ({ path }) => {
          imported.push({ packageDir: packageDirOf(path), sign: `it is ${JSON.stringify(path.split(sep).at(-1))}` })
          return { contents: `throw new Error('a native addon cannot be bundled')`, loader: 'js' }
        })
      },
    },
    refuse: async (metafile, { file, dir }) => {
      const packageDirs = new Set(Object.keys(metafile.inputs).map(path => packageDirOf(join(dir, path))))
      const compiled = await Promise.all([...packageDirs].filter(isInstalled).map(compiledPart))
      for (const addon of [...imported, ...compiled.flat()]) {
        if (await isNeeded(addon.packageDir, metafile, dir)) throw refused(addon, file)
      }
    },
  }
}

/** What shows that an installed package has a compiled part; most find the path of it only when they run. */
async function compiledPart(packageDir: string): Promise<Addon[]> {
  const built = await access(join(packageDir, 'binding.gyp')).then(
    () => true,
    () => false,
  )
  if (built) return [{ packageDir, sign: 'it has a binding.gyp' }]
  const { optionalDependencies = {} } = await manifestOf(packageDir)
  const platform = Object.keys(optionalDependencies).find(name => platformPackage.test(name))
  return platform ? [{ packageDir, sign: `its compiled part is in packages such as ${platform}` }] : []
}

/** Whether some package imports this one without saying that it is optional. */
async function isNeeded(packageDir: string, metafile: Metafile, dir: string): Promise<boolean> {
  const inside = (path: string) => join(dir, path).startsWith(packageDir + sep)
  const importers = Object.entries(metafile.inputs)
    .filter(([path, input]) => !inside(path) && input.imports.some(({ path, external }) => !external && inside(path)))
    .map(([path]) => packageDirOf(join(dir, path)))
  const optional = await Promise.all(
    [...new Set(importers)].map(importer => isOptionalFor(importer, packageName(packageDir))),
  )
  return optional.length === 0 || optional.includes(false)
}

function refused({ packageDir, sign }: Addon, file: string): P8aError {
  const name = isInstalled(packageDir) ? packageName(packageDir) : undefined
  const why = name === undefined ? `${sign}, a native addon` : `the package "${name}" is a native addon (${sign})`
  return new P8aError('bundle_failed', `Cannot bundle ${JSON.stringify(file)}: ${why}`, {
    hint: [
      {
        text: 'A native addon cannot be part of one file; push the folder of the program, with its packages',
        do: { verb: 'push', args: ['NAME', '.'] },
      },
      { text: 'or use a package in plain JavaScript or WebAssembly, or a builtin of Node (node:sqlite)' },
    ],
    facts: { file, ...(name === undefined ? {} : { package: name }) },
  })
}

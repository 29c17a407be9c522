// Finds native addons, which cannot be bundled: a package that loads one is refused by name, unless those who import it
// can do without it. It knows esbuild's plugins and nothing else of bundling.
import { readFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import type { Metafile, Plugin } from 'esbuild'
import { P8aError } from '../protocol/errors.ts'

/** Packages whose one purpose is to load the addon of the package that asks them. */
const loaders = /^(?:bindings|node-gyp-build|node-gyp-build-optional-packages|@mapbox\/node-pre-gyp)$/

/** An addon: the directory of its package, and what that package loads. */
type Found = { packageDir: string; addon: string; importer: string }

export type NativeAddons = {
  plugin: Plugin
  /** @throws {P8aError} `bundle_failed` for an addon that is needed */
  refuse: (metafile: Metafile, entry: { file: string; dir: string }) => Promise<void>
}

/** Watches one build for addons. What is found is left out of the bundle, so that to load it fails when it is tried. */
export function nativeAddons(): NativeAddons {
  const found: Found[] = []
  const note = ({ path, importer }: { path: string; importer: string }) => {
    found.push({ packageDir: packageDirOf(importer), addon: path, importer })
    return { path, external: true }
  }
  return {
    plugin: {
      name: 'native-addons',
      setup(build) {
        build.onResolve({ filter: /\.node$/ }, note)
        build.onResolve({ filter: loaders }, note)
      },
    },
    refuse: async (metafile, entry) => {
      for (const addon of found) if (await isNeeded(addon, metafile, entry.dir)) throw refused(addon, entry)
    },
  }
}

/** Whether some package imports the addon's package without saying that it is optional. */
async function isNeeded({ packageDir }: Found, metafile: Metafile, dir: string): Promise<boolean> {
  const inside = (path: string) => join(dir, path).startsWith(packageDir + sep)
  const importers = Object.entries(metafile.inputs)
    .filter(([path, input]) => !inside(path) && input.imports.some(imported => !imported.external && inside(imported.path)))
    .map(([path]) => packageDirOf(join(dir, path)))
  const optional = await Promise.all([...new Set(importers)].map(importer => isOptional(importer, packageDir)))
  return optional.length === 0 || optional.includes(false)
}

async function isOptional(importerDir: string, packageDir: string): Promise<boolean> {
  const name = packageName(packageDir)
  type Manifest = { optionalDependencies?: Record<string, string>; peerDependenciesMeta?: Record<string, { optional?: boolean }> }
  const text = await readFile(join(importerDir, 'package.json'), 'utf8').catch(() => '{}')
  const manifest = JSON.parse(text) as Manifest
  return manifest.optionalDependencies?.[name] !== undefined || manifest.peerDependenciesMeta?.[name]?.optional === true
}

/** The directory of the package that a file belongs to; outside of `node_modules`, its own directory. */
function packageDirOf(file: string): string {
  return /^.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+/s.exec(file)?.[0] ?? dirname(file)
}

function packageName(packageDir: string): string {
  return packageDir.split(/[/\\]node_modules[/\\]/).at(-1)?.replaceAll('\\', '/') ?? packageDir
}

function refused({ packageDir, addon, importer }: Found, { file, dir }: { file: string; dir: string }): P8aError {
  const own = !/[/\\]node_modules[/\\]/.test(packageDir)
  const who = own ? 'it' : `the package "${packageName(packageDir)}"`
  const where = relative(dir, importer)
  return new P8aError('bundle_failed', `Cannot bundle ${JSON.stringify(file)}: ${who} needs a native addon (${JSON.stringify(addon)} in ${where})`, {
    hint: 'Native addons cannot be bundled; use a package in plain JavaScript or WebAssembly, or what Node has (node:sqlite)',
    facts: { file, importer: where, addon, ...(own ? {} : { package: packageName(packageDir) }) },
  })
}

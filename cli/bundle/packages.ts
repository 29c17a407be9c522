// Which package a file belongs to, by its path, and what the package says of itself.
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Whether a path leads into an installed package; every other path is one of the person's own files. */
export function isInstalled(path: string): boolean {
  return /(?:^|[/\\])node_modules[/\\]/.test(path)
}

/** The directory of the package that a file belongs to; outside of `node_modules`, its own directory. */
export function packageDirOf(file: string): string {
  return /^.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+/s.exec(file)?.[0] ?? dirname(file)
}

/** The name of an installed package, by a path to it or into it. */
export function packageName(path: string): string {
  const inside =
    path
      .split(/(?:^|[/\\])node_modules[/\\]/)
      .at(-1)
      ?.replaceAll('\\', '/') ?? path
  return nameOf(inside)
}

/** The package that a specifier names: `@a/b` of `@a/b/c`. */
export function nameOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

/** What a package.json says of the packages that it can do without. */
export type Manifest = {
  optionalDependencies?: Record<string, string>
  peerDependenciesMeta?: Record<string, { optional?: boolean }>
}

/** The manifest of a package; empty if there is none. */
export async function manifestOf(packageDir: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8').catch(() => '{}')) as Manifest
}

/** Whether a package says that it can do without another. */
export async function isOptionalFor(packageDir: string, name: string): Promise<boolean> {
  const manifest = await manifestOf(packageDir)
  return manifest.optionalDependencies?.[name] !== undefined || manifest.peerDependenciesMeta?.[name]?.optional === true
}

// A folder that is a package of a workspace (of npm, pnpm or yarn): what it needs of the others, by their manifests.
import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { homeDir } from '../host/data-dir.ts'
import { matcherOf } from './package-pattern.ts'

export type Workspace = {
  /** The folder with the manifest of all, and the lock file. */
  root: string
  /** The package, relative to `root`, with `/`. */
  within: string
  /** It and the packages that it needs, each behind those that it needs itself; it is the last. */
  needed: string[]
  /** The folders of all packages. */
  all: string[]
}

/** A folder with one of these is installed by itself. */
const locks = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb']

type Manifest = { name: string | undefined; needs: string[]; workspaces: string[] | undefined }

/** The workspace that a folder is a package of; undefined if it stands for itself. */
export async function workspaceOf(folder: string): Promise<Workspace | undefined> {
  if (!(await readManifest(folder)) || (await hasAny(folder, locks))) return undefined
  for (let root = dirname(folder); root !== dirname(root) && root !== homeDir(); root = dirname(root)) {
    const patterns = await patternsOf(root)
    const within = relative(root, folder).split(sep).join('/')
    if (!patterns || !matcherOf(patterns)(within)) continue
    const all = await packagesOf(root, matcherOf(patterns))
    return { root, within, all: [...all.keys()], needed: neededBy(within, all) }
  }
  return undefined
}

async function hasAny(folder: string, names: readonly string[]): Promise<boolean> {
  const found = await Promise.all(names.map(name => stat(join(folder, name)).catch(() => undefined)))
  return found.some(stats => stats?.isFile())
}

async function patternsOf(root: string): Promise<string[] | undefined> {
  const text = await readFile(join(root, 'pnpm-workspace.yaml'), 'utf8').catch(() => undefined)
  if (text === undefined) return (await readManifest(root))?.workspaces
  const { parse } = await import('yaml')
  // What is wrong with it, pnpm says.
  try {
    return textsIn(membersOf(parse(text)).packages)
  } catch {
    return undefined
  }
}

/** The packages of a workspace, by their folders. */
async function packagesOf(root: string, isPackage: (path: string) => boolean): Promise<Map<string, Manifest>> {
  const found = new Map<string, Manifest>()
  const look = async (path: string): Promise<void> => {
    const entries = await readdir(join(root, path), { withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      if (!entry.isDirectory() || entry.name === 'node_modules' || entry.name.startsWith('.')) continue
      const inner = path === '' ? entry.name : `${path}/${entry.name}`
      const manifest = isPackage(inner) ? await readManifest(join(root, inner)) : undefined
      if (manifest) found.set(inner, manifest)
      await look(inner)
    }
  }
  await look('')
  return found
}

function neededBy(within: string, all: ReadonlyMap<string, Manifest>): string[] {
  const byName = new Map([...all].map(([path, { name }]) => [name, path]))
  const needed = new Set<string>()
  const seen = new Set<string>()
  const add = (path: string) => {
    if (seen.has(path)) return
    seen.add(path)
    for (const name of all.get(path)?.needs ?? []) {
      const other = byName.get(name)
      if (other !== undefined) add(other)
    }
    needed.add(path)
  }
  add(within)
  return [...needed]
}

async function readManifest(folder: string): Promise<Manifest | undefined> {
  try {
    const json = membersOf(JSON.parse((await readFile(join(folder, 'package.json'), 'utf8')).replace(/^\uFEFF/, '')))
    const { name, dependencies, devDependencies, optionalDependencies, workspaces } = json
    const needs = [dependencies, devDependencies, optionalDependencies].flatMap(some => Object.keys(membersOf(some)))
    const given = Array.isArray(workspaces) ? workspaces : membersOf(workspaces).packages
    return { name: typeof name === 'string' ? name : undefined, needs, workspaces: textsIn(given) }
  } catch {
    // There is none, or the host says what is wrong with it.
    return undefined
  }
}

function textsIn(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : undefined
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

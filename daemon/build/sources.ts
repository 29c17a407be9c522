// Reads what decides how a folder is installed and built, and what its installation depends on.
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { keyedSchema } from '../../protocol/keyed.ts'
import { leadsOut } from '../../protocol/tree.ts'
import { readManifestFile } from '../image/folder.ts'
import { startLine } from '../image/starts.ts'
import { devPackageOf } from './dev-programs.ts'
import type { Sources } from './plan.ts'

const texts = v.optional(keyedSchema(v.string()), {})
const manifestSchema = v.object({
  scripts: texts,
  dependencies: texts,
  devDependencies: texts,
  optionalDependencies: texts,
  overrides: v.optional(v.unknown()),
  resolutions: v.optional(v.unknown()),
  allowScripts: v.optional(v.unknown()),
  dependenciesMeta: v.optional(v.unknown()),
  trustedDependencies: v.optional(v.unknown()),
  pnpm: v.optional(v.unknown()),
  workspaces: v.optional(v.unknown()),
  pod: v.optional(v.object({ command: v.optional(v.string()) }), {}),
})

const locks = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb']
/** Members of a manifest that decide what is installed, and whose scripts are run at that. */
const installKeys = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'overrides',
  'resolutions',
  'allowScripts',
  'dependenciesMeta',
  'trustedDependencies',
  'pnpm',
] as const
/** So do the files of settings of the package managers. */
const settingFiles = ['.npmrc', '.yarnrc', '.yarnrc.yml', 'bunfig.toml']
/** Scripts that run at an installation, and may make files anywhere in the folder. */
const installScripts = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare']

export type Read = Sources & {
  /**
   * The same for two folders whose installation is the same; undefined if an installation may depend on other files of
   * the folder, or change them.
   */
  installKey: string | undefined
}

export type SourcesOptions = {
  /** The command line that the pusher has chosen to start it. */
  command?: string | undefined
  /** The packages of a workspace that are needed, relative to it; the last is the one that is pushed. */
  needed?: readonly string[] | undefined
}

export async function readSources(folder: string, { command, needed = [] }: SourcesOptions = {}): Promise<Read> {
  const names = new Set(await readdir(folder))
  const manifest = await readOwn(folder)
  const { scripts, dependencies, devDependencies, optionalDependencies, workspaces } = manifest
  const isWorkspace = workspaces !== undefined || names.has('pnpm-workspace.yaml')
  const all = { ...dependencies, ...devDependencies, ...optionalDependencies }
  const lock = locks.find(name => names.has(name))
  const text = lock === undefined ? '' : await readFile(join(folder, lock), 'latin1')
  const dependsOnFiles = Object.values(all).some(range => /^(?:file|link|portal|workspace):|^[./~]/.test(range))
  const isAlone =
    lock !== undefined &&
    !isWorkspace &&
    !names.has('patches') &&
    // What Prisma installs is made of the schema of the project.
    !(dependencies['@prisma/client'] !== undefined && (names.has('prisma') || names.has('schema.prisma'))) &&
    !dependsOnFiles &&
    !installScripts.some(name => scripts[name] !== undefined)
  const settings = settingFiles.filter(name => names.has(name))
  const settingTexts = await Promise.all(settings.map(async name => await readFile(join(folder, name), 'latin1')))
  const parts = [lock, text, ...installKeys.map(key => manifest[key]), settings, settingTexts]
  const machine = [process.versions.modules, process.platform, process.arch]
  return {
    names,
    hasDependencies: Object.keys(all).length > 0 || needed.length > 0,
    buildScript: scripts.build,
    devTool: devToolOf(await readOwn(join(folder, needed.at(-1) ?? '')), command),
    outside: outsideOf(manifest, '', isWorkspace) ?? (await outsideOfAny(folder, needed)),
    packages: await Promise.all(needed.map(async path => ({ path, ...(await readPackage(join(folder, path))) }))),
    isModernYarn: lock === 'yarn.lock' && text.includes('__metadata:'),
    installKey: isAlone
      ? createHash('sha256')
          .update(JSON.stringify([parts, machine]))
          .digest('hex')
      : undefined,
  }
}

async function readOwn(folder: string): Promise<v.InferOutput<typeof manifestSchema>> {
  const read = v.safeParse(manifestSchema, (await readManifestFile(folder)) ?? {})
  return read.success ? read.output : v.parse(manifestSchema, {})
}

async function readPackage(folder: string): Promise<{ buildScript: string | undefined }> {
  return { buildScript: (await readOwn(folder)).scripts.build }
}

async function outsideOfAny(folder: string, needed: readonly string[]): Promise<Sources['outside']> {
  for (const path of needed) {
    const found = outsideOf(await readOwn(join(folder, path)), path, true)
    if (found) return found
  }
  return undefined
}

/** @param at where the manifest lies in the folder */
function outsideOf(
  { dependencies, devDependencies, optionalDependencies }: v.InferOutput<typeof manifestSchema>,
  at: string,
  isMember: boolean,
): Sources['outside'] {
  for (const [name, range] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
    const path = /^(?:file|link|portal):(.*)$/.exec(range)?.[1]
    const isOut = path !== undefined && leadsOut({ path: join(at, 'package.json'), link: path })
    if (isOut || (range.startsWith('workspace:') && !isMember)) return { name, range }
  }
  return undefined
}

function devToolOf(
  { scripts, pod, dependencies, devDependencies }: v.InferOutput<typeof manifestSchema>,
  command: string | undefined,
): string | undefined {
  return devPackageOf(command ?? pod.command ?? startLine(scripts), {
    scripts,
    dev: new Set(Object.keys(devDependencies).filter(name => dependencies[name] === undefined)),
  })
}

// Reads what decides how a folder is installed and built, and what its installation depends on.
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { readManifestFile } from '../image/folder.ts'
import type { Sources } from './plan.ts'

const texts = v.optional(v.record(v.string(), v.string()), {})
const manifestSchema = v.object({
  scripts: texts,
  dependencies: texts,
  devDependencies: texts,
  optionalDependencies: texts,
  overrides: v.optional(v.unknown()),
  allowScripts: v.optional(v.unknown()),
  workspaces: v.optional(v.unknown()),
})

const locks = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb']
/** Scripts that run at an installation, and may make files anywhere in the folder. */
const installScripts = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare']

export type Read = Sources & {
  /**
   * The same for two folders whose installation is the same; undefined if an installation may depend on other files of
   * the folder, or change them.
   */
  installKey: string | undefined
}

export async function readSources(folder: string): Promise<Read> {
  const names = new Set(await readdir(folder))
  const read = v.safeParse(manifestSchema, (await readManifestFile(folder)) ?? {})
  const manifest = read.success ? read.output : v.parse(manifestSchema, {})
  const { scripts, dependencies, devDependencies, optionalDependencies, overrides, allowScripts, workspaces } = manifest
  const all = { ...dependencies, ...devDependencies, ...optionalDependencies }
  const lock = locks.find(name => names.has(name))
  const text = lock === undefined ? '' : await readFile(join(folder, lock), 'latin1')
  const dependsOnFiles = Object.values(all).some(range => /^(?:file|link|portal|workspace):|^[./~]/.test(range))
  const isAlone =
    lock !== undefined &&
    workspaces === undefined &&
    !names.has('pnpm-workspace.yaml') &&
    !names.has('patches') &&
    !dependsOnFiles &&
    !installScripts.some(name => scripts[name] !== undefined)
  const npmrc = names.has('.npmrc') ? await readFile(join(folder, '.npmrc'), 'latin1') : ''
  const parts = [lock, text, dependencies, devDependencies, optionalDependencies, overrides, allowScripts, npmrc]
  const machine = [process.versions.modules, process.platform, process.arch]
  return {
    names,
    hasDependencies: Object.keys(all).length > 0,
    buildScript: scripts.build,
    isModernYarn: lock === 'yarn.lock' && text.includes('__metadata:'),
    installKey: isAlone
      ? createHash('sha256')
          .update(JSON.stringify([parts, machine]))
          .digest('hex')
      : undefined,
  }
}

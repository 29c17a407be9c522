// A folder on the disk, as a pod: what starts in it, and its policy.
import { access, constants, open, readlink, stat } from 'node:fs/promises'
import { basename, isAbsolute, join, relative, resolve } from 'node:path'
import { type PodConfig, parseConfig } from '../../protocol/config.ts'
import { P8aError } from '../../protocol/errors.ts'
import { mergeConfig } from '../../protocol/policy.ts'
import { isObject } from '../../protocol/texts.ts'
import { isMissing, readPlain } from '../system/plain-file.ts'
import { readEnvFiles } from './env-files.ts'
import { type Chosen, type Folder, type Manifest, type NamedStart, startsOf } from './starts.ts'
import { binFolders, type FolderImage, hashOf } from './store.ts'

/** What is found in a folder. */
export type Described = Pick<FolderImage, 'starts' | 'config'>

/** @throws {P8aError} `bad_image` if nothing in it can be started, `bad_config` */
/** @param root the folder within which programs of packages are looked for, `at` or one above it */
export async function describeFolder(at: string, chosen: Chosen, root = at): Promise<Described> {
  const { manifest, config } = await readManifest(at)
  const { starts, nodeFlags, env } = await startsOf(folderAt(at, { manifest, root }), chosen)
  // What its runs would lack is told now.
  await readEnvFiles(at, config)
  return { starts, config: mergeConfig(withStart(nodeFlags, env), config) }
}

/** The image of the folder `at` of this machine, which is used where it is. @throws as {@link describeFolder} */
export async function describeLinked(at: string, chosen: Chosen): Promise<Omit<FolderImage, 'v'>> {
  if (!isAbsolute(at) || !(await stat(at).catch(() => undefined))?.isDirectory())
    throw new P8aError('bad_image', `Cannot use ${JSON.stringify(at)}: it is not a folder of this machine`, {
      hint: 'Only a host of the same machine can use a folder in place; push it without --link',
      facts: { folder: at },
    })
  const found = await describeFolder(at, chosen)
  const hash = hashOf(JSON.stringify(['linked', at, found]))
  return { hash, size: 0, kind: 'service', format: 'folder', exports: [], file: basename(at), at, ...found }
}

function withStart(nodeFlags: string[], env: Record<string, string>): PodConfig {
  return { ...(nodeFlags.length > 0 && { nodeFlags }), ...(Object.keys(env).length > 0 && { env }) }
}

/** Larger than any that a person writes. */
const maxManifestBytes = 4 * 1024 * 1024

/** What a folder says of itself. @throws {P8aError} `bad_image` where that is no JSON, `bad_config` */
export async function readManifest(at: string): Promise<{ manifest: Manifest | undefined; config: PodConfig }> {
  const json = await readManifestFile(at)
  const beside = await readJson(at, 'pod.json')
  const inPackage = ownOf(json?.pod, '"pod" of package.json')
  const inFile = ownOf(beside, 'pod.json')
  // A script without a word is none, as for npm.
  const scripts = Object.entries(object(json?.scripts)).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string' && pair[1].trim() !== '',
  )
  const pod = { entry: inFile.entry ?? inPackage.entry, command: inFile.command ?? inPackage.command }
  const manifest = { main: text(json?.main), scripts: Object.fromEntries(scripts), pod }
  const { where, rest } = beside === undefined ? inPackage : inFile
  return {
    manifest: json || beside !== undefined ? manifest : undefined,
    config: parseConfig(rest, where, { beside: startKeys }),
  }
}

/** What of a folder's own policy says what starts, and is no config. */
const startKeys = ['entry', 'command'] as const

type Own = { where: string; rest: object; entry: NamedStart | undefined; command: NamedStart | undefined }

/** @param where what messages call it @throws {P8aError} `bad_config` if it is no object, or names what starts by no text */
function ownOf(given: unknown, where: string): Own {
  if (given !== undefined && !isObject(given)) throw badConfig(where, 'it must be an object')
  const { entry, command, ...rest } = object(given)
  return { where, rest, entry: namedStart('entry', entry, where), command: namedStart('command', command, where) }
}

function namedStart(key: string, value: unknown, where: string): NamedStart | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'string' || value === '') throw badConfig(where, `"${key}" is not a text`, key)
  return { text: value, because: `"${key}" in ${where}` }
}

function badConfig(where: string, problem: string, key = ''): P8aError {
  return new P8aError('bad_config', `Cannot use ${where}: ${problem}`, {
    hint: 'See "A folder" in docs/PODS.md',
    facts: { key },
  })
}
/** The `package.json` of a folder, as it is. @throws {P8aError} `bad_image` if it is no JSON */
export async function readManifestFile(at: string): Promise<Record<string, unknown> | undefined> {
  const json = await readJson(at, 'package.json')
  return json === undefined ? undefined : object(json)
}

async function readJson(at: string, name: string): Promise<unknown> {
  try {
    const text = await readPlain(join(at, name), { maxBytes: maxManifestBytes, mayBeLink: true })
    // Some editors put a mark before it, and npm takes it so.
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    if (isMissing(error)) return undefined
    throw new P8aError('bad_image', `Cannot read ${name}: ${(error as Error).message}`, {
      hint: `Mend ${name}`,
      facts: { file: name },
      cause: error,
    })
  }
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function folderAt(at: string, { manifest, root }: { manifest: Manifest | undefined; root: string }): Folder {
  return {
    manifest,
    // What is installed may be executed by the user of the host alone.
    isExecutable: async path =>
      await access(join(at, path), constants.X_OK).then(
        () => true,
        () => false,
      ),
    isFile: async path => (await stat(join(at, path)).catch(() => undefined))?.isFile() ?? false,
    program: async name => {
      for (const bins of binFolders(root, relative(root, at))) {
        const target = await readlink(join(bins, name)).catch(() => undefined)
        const file = target === undefined ? undefined : resolve(bins, target)
        if (file === undefined || relative(root, file).startsWith('..')) continue
        return (await isForNode(file)) ? relative(at, file) : undefined
      }
      return undefined
    },
  }
}

/** Whether a file begins with a `#!` line that names Node. */
async function isForNode(file: string): Promise<boolean> {
  const handle = await open(file).catch(() => undefined)
  if (!handle) return false
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(128), 0, 128, 0)
    return /^#!.*\bnode\b/.test(buffer.toString('latin1', 0, bytesRead).split('\n', 1)[0] ?? '')
  } finally {
    await handle.close()
  }
}

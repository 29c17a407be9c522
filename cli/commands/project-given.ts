// Which project a command line is about: a manifest, or a folder or file without one, and at which remote.
import { readFile, stat } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import { parseConfig } from '../../protocol/config.ts'
import { P8aError } from '../../protocol/errors.ts'
import { checkName } from '../../protocol/names.ts'
import { isEcosystem } from '../argv/as-up.ts'
import type { Context, Input } from '../argv/command.ts'
import type { Options } from '../argv/options.ts'
import { configOf } from '../argv/start-flags.ts'
import { type Project, readManifest } from '../project/manifest.ts'
import { manifestNames, podNameOf, projectOf } from '../project/project-name.ts'
import { listRemotes, localName } from '../remote/remotes.ts'
import { takenFile } from './bundled.ts'

/** `file`: the manifest, if there is one; absolute. */
export type Given = { remote: string; project: Project; file: string | undefined }

/** Larger than any that a person writes. */
const maxManifestBytes = 4 * 1024 * 1024

/** Options that say what a single pod is; those of a manifest stand in it. */
const ofOnePod = ['name', 'entry', 'command', 'build', 'no-build', 'as-is', 'link', 'service', 'writable']

/** @throws {P8aError} `usage`, `bad_config`, `bad_image`, `file_not_found` */
export async function projectGiven({ args, options, tail }: Input, { dataDir }: Context): Promise<Given> {
  const { remote, path } = await read(args, dataDir)
  const file = options.text('file')
  if (file !== undefined && path !== undefined)
    throw new P8aError('usage', `Cannot read ${JSON.stringify(path)}: --file names the manifest`)
  if (file !== undefined) refuseForeign(file)
  const manifest = file !== undefined ? resolve(file) : await manifestAt(resolve(path ?? '.'))
  if (manifest === undefined) {
    const project = await onePod(resolve(path ?? '.'), { options, tail })
    return { remote, file: undefined, project }
  }
  const config = await configOf(options)
  const extra = [...ofOnePod.filter(name => options.has(name)), ...Object.keys(config)][0]
  if (extra !== undefined)
    throw new P8aError('usage', `Cannot read --${extra}: what a pod is stands in ${basename(manifest)}`, {
      hint: `Write it into ${relative('.', manifest) || manifest}, or name a file or folder in the place of the manifest`,
    })
  const shown = relative('.', manifest) || manifest
  return {
    remote,
    file: manifest,
    project: await readManifest(await readText(manifest, options), { file: manifest, shown }),
  }
}

async function readText(manifest: string, options: Options): Promise<string> {
  return (await options.read('file', () => textOf(manifest))) ?? (await textOf(manifest))
}

/** A word that is the name of a remote is one; another one is a path. */
async function read(args: readonly string[], dataDir: string): Promise<{ remote: string; path?: string }> {
  const [first, second] = args
  if (first === undefined) return { remote: localName }
  const remotes = listRemotes(dataDir).map(({ name }) => name)
  if (remotes.includes(first)) {
    if (second === undefined) return { remote: first }
    if (await isThere(second)) return { remote: first, path: second }
    throw new P8aError('file_not_found', `There is no file or folder ${JSON.stringify(second)}`, {
      hint: `Looked for ${resolve(second)}`,
      facts: { file: second },
    })
  }
  if (second !== undefined)
    throw new P8aError('remote_not_found', `There is no remote ${JSON.stringify(first)}`, {
      hint: `There are: ${remotes.join(', ')}`,
      facts: { remote: first, known: remotes },
    })
  if (await isThere(first)) return { remote: localName, path: first }
  throw new P8aError('file_not_found', `There is neither a remote nor a file or folder ${JSON.stringify(first)}`, {
    hint: `Looked for ${resolve(first)}; the remotes are: ${remotes.join(', ')}`,
    facts: { file: first, known: remotes },
  })
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}

/** The manifest that `path` is, or that lies in it. */
async function manifestAt(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile()) {
    refuseForeign(path)
    return /^pods(\..+)?\.(ya?ml|json)$/.test(basename(path)) ? path : undefined
  }
  for (const name of manifestNames) {
    const file = join(path, name)
    if ((await stat(file).catch(() => undefined))?.isFile()) return file
  }
  return undefined
}

/** @throws {P8aError} `bad_image` */
export function refuseForeign(path: string): void {
  const name = basename(path)
  if (isEcosystem(name) || /^procfile$/i.test(name)) throw isList(path)
}

/** The error for a file that names programs, and is none. */
export function isList(path: string): P8aError {
  const name = basename(path)
  return new P8aError('bad_image', `Cannot make a pod of ${JSON.stringify(name)}: it is a list of programs`, {
    hint: [
      { text: 'Make a manifest of it', do: { verb: 'import', args: [path] } },
      { text: 'then', do: { verb: 'up' } },
    ],
    facts: { file: path },
  })
}

async function textOf(file: string): Promise<string> {
  const found = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    const problem = cause.code === 'ENOENT' ? 'there is no such file' : cause.message
    throw new P8aError('file_not_found', `Cannot read ${JSON.stringify(file)}: ${problem}`, {
      hint: `A manifest is called ${manifestNames.join(' or ')}; --file names another one`,
      facts: { file, problem },
      cause,
    })
  })
  if (!found.isFile()) {
    const problem = 'it is not a file'
    throw new P8aError('file_not_found', `Cannot read ${JSON.stringify(file)}: ${problem}`, {
      facts: { file, problem },
    })
  }
  if (found.size > maxManifestBytes)
    throw new P8aError(
      'too_large',
      `Cannot read ${JSON.stringify(file)}: a manifest has at most ${maxManifestBytes} bytes`,
    )
  return await readFile(file, 'utf8')
}

/** A folder or a file as the only pod of a project. */
async function onePod(path: string, { options, tail }: { options: Options; tail: Input['tail'] }): Promise<Project> {
  const isFolder = (await stat(path)).isDirectory()
  const made = podNameOf(path, { isFolder })
  const given = options.text('name')
  if (given === undefined && made === '')
    throw new P8aError('usage', `Cannot make a name for a pod of ${JSON.stringify(basename(path))}`, {
      hint: 'Name it: --name NAME',
    })
  const name = options.read('name', name => checkName(name)) ?? checkName(made)
  const push = {
    path,
    entry: options.text('entry'),
    args: tail?.words,
    command: options.text('command'),
    build: options.text('build'),
    noBuild: options.has('no-build') || undefined,
    asIs: options.has('as-is') || undefined,
    link: options.has('link') || undefined,
    service: options.has('service') || undefined,
    writable: options.has('writable') ? options.all('writable') : undefined,
  }
  const config = await configOf(options)
  // A value that no host takes is refused before anything is pushed.
  parseConfig(config)
  // A program gets arguments, a pod gets params.
  const takesArgs = isFolder || (await takenFile(path)).as === 'program'
  const params = takesArgs ? {} : paramsOf(tail)
  const pod = {
    name,
    push: takesArgs ? push : { ...push, args: undefined },
    params,
    config,
    starts: true,
  }
  return { id: `${projectOf(path)}${given === undefined ? '' : `-${name}`}`, pods: [pod] }
}

/** What stands behind `--` for a pod that is a file. @throws {P8aError} `usage` */
function paramsOf(tail: Input['tail']): Record<string, string> {
  if (!tail) return {}
  if (tail.error !== undefined) throw tail.error
  if (tail.args[0] === undefined) return tail.params
  throw new P8aError('usage', `Cannot read ${JSON.stringify(tail.args[0])}: a param is written --name value`)
}

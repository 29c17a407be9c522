// Decides what starts in a folder: what its `package.json` names for p8a, else what `npm start` would run, else its main
// file. It knows the folder only through the questions that it asks.
import * as v from 'valibot'
import { P8aError } from '../../protocol/errors.ts'
import { plainWords, takeVariables } from './plain-words.ts'

const because = v.string()
const programSchema = v.object({
  how: v.literal('program'),
  /** The file, relative to the folder. */
  entry: v.string(),
  args: v.array(v.string()),
  because,
})
/** What a run of a folder begins with. `because`: what decided it, in words for whoever pushes. */
export const startsSchema = v.variant('how', [
  programSchema,
  v.object({ how: v.literal('command'), command: v.string(), because }),
])
export type Starts = v.InferOutput<typeof startsSchema>

/** What starts, with what `package.json` asks for beside it. */
export type Found = { starts: Starts; nodeFlags: string[]; env: Record<string, string> }

/** A folder, by the questions that have to be asked of it. Paths are relative to it, with `/`. */
export type Folder = {
  /** Its `package.json`, if there is one. */
  manifest: Manifest | undefined
  isFile(path: string): Promise<boolean>
  /** The file of Node that `node_modules/.bin/<name>` leads to. */
  program(name: string): Promise<string | undefined>
}

export type Manifest = {
  main?: string | undefined
  scripts: Readonly<Record<string, string>>
  pod: { entry?: string | undefined; command?: string | undefined }
}

/** What the pusher says, in the place of what the folder says. */
export type Chosen = { entry?: string | undefined; command?: string | undefined; args?: readonly string[] | undefined }

/** @throws {P8aError} `bad_image` if nothing in it can be started, or what is named is not there */
export async function startsOf(folder: Folder, chosen: Chosen = {}): Promise<Found> {
  const { pod, scripts } = folder.manifest ?? { pod: {}, scripts: {} }
  if (chosen.command !== undefined) return command(chosen.command, '--command')
  if (chosen.entry !== undefined) return program(await named(folder, chosen.entry, '--entry'), '--entry', chosen.args)
  if (pod.command !== undefined) return command(pod.command, '"pod.command" of package.json')
  const because = '"pod.entry" of package.json'
  if (pod.entry !== undefined) return program(await named(folder, pod.entry, because), because, chosen.args)
  if (scripts.start !== undefined) return await byScript(folder, 'start')
  return await mainFile(folder, chosen.args)
}

function command(line: string, because: string): Found {
  return { starts: { how: 'command', command: line, because }, nodeFlags: [], env: {} }
}

function program(entry: string, because: string, args: readonly string[] = [], nodeFlags: string[] = []): Found {
  return { starts: { how: 'program', entry, args: [...args], because }, nodeFlags, env: {} }
}

async function named(folder: Folder, entry: string, because: string): Promise<string> {
  const file = await fileOf(folder, entry)
  if (file !== undefined) return file
  throw new P8aError('bad_image', `Cannot start ${JSON.stringify(entry)}: ${because} names it, and it is not there`, {
    hint: 'Name a file of the folder; a file that .podignore or .gitignore leaves out is not pushed',
    facts: { entry },
  })
}

/** `npm start` would run this; the most common forms need neither npm nor a shell. */
async function byScript(folder: Folder, name: string, seen: readonly string[] = []): Promise<Found> {
  const scripts = folder.manifest?.scripts ?? {}
  const line = scripts[name] ?? ''
  const because = `"scripts.${name}" of package.json`
  const hasHooks = scripts[`pre${name}`] !== undefined || scripts[`post${name}`] !== undefined
  if (hasHooks) return command(`npm run ${name}`, because)
  const words = plainWords(line)
  if (words === undefined) return command(line, because)
  const { env, rest } = takeVariables(words)
  const [first = '', ...args] = rest
  const other = /^(?:npm|pnpm|yarn)$/.test(first) ? namedScript(args) : undefined
  const found =
    other !== undefined && scripts[other] !== undefined && !seen.includes(other)
      ? await byScript(folder, other, [...seen, name])
      : ((await byNode(folder, rest, because)) ?? (await byPackage(folder, rest, because)) ?? command(line, because))
  return found.starts.how === 'command' ? found : { ...found, env: { ...found.env, ...env } }
}

/** The script that `npm run NAME`, `npm start` or `yarn NAME` names, if that is all it says. */
function namedScript([verb, name, ...more]: readonly string[]): string | undefined {
  if (verb === 'run' || verb === 'run-script') return more.length === 0 ? name : undefined
  return name === undefined ? verb : undefined
}

/** Options of Node that take the next word too. */
const withValue = new Set(['-r', '--require', '--import', '--loader', '--experimental-loader', '-C', '--conditions'])
/** Options of Node with which it runs no file, or more than a file. */
const withoutFile = /^(?:-|-e|--eval|-p|--print|-c|--check|-i|--interactive|--test|--run|--watch.*)$/

async function byNode(
  folder: Folder,
  [node, ...words]: readonly string[],
  because: string,
): Promise<Found | undefined> {
  if (node !== 'node') return undefined
  const nodeFlags: string[] = []
  const rest = [...words]
  while (rest[0]?.startsWith('-')) {
    const flag = rest.shift() as string
    if (withoutFile.test(flag.split('=', 1)[0] ?? '')) return undefined
    nodeFlags.push(withValue.has(flag) ? `${flag}=${rest.shift() ?? ''}` : flag)
  }
  const [given = '', ...args] = rest
  const entry = await fileOf(folder, given)
  return entry === undefined ? undefined : program(entry, because, args, nodeFlags)
}

/** A program of a package: `next start -p 3000`. */
async function byPackage(
  folder: Folder,
  [name = '', ...args]: readonly string[],
  because: string,
): Promise<Found | undefined> {
  const entry = await folder.program(name)
  return entry === undefined ? undefined : program(entry, because, args)
}

const mainNames = ['index', 'server', 'app', 'main']

async function mainFile(folder: Folder, args: readonly string[] = []): Promise<Found> {
  const byMain = await fileOf(folder, folder.manifest?.main ?? '')
  if (byMain !== undefined) return program(byMain, '"main" of package.json', args)
  for (const name of mainNames) {
    const found = await fileOf(folder, name)
    if (found !== undefined) return program(found, 'its name', args)
  }
  throw new P8aError('bad_image', 'Cannot find what to start in the folder', {
    hint: `Name it: --entry FILE, or --command "…"; without them it is "start" in the scripts of package.json, "main", or one of ${mainNames.map(name => `${name}.js`).join(', ')}`,
  })
}

const endings = ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '/index.js', '/index.mjs', '/index.cjs', '/index.ts']

/** A file as Node finds it: with or without its ending, or the index of a folder. */
async function fileOf(folder: Folder, path: string): Promise<string | undefined> {
  const plain = path.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '')
  if (plain === '' || plain.startsWith('/') || plain.split('/').includes('..')) return undefined
  for (const ending of endings) {
    if (await folder.isFile(`${plain}${ending}`)) return `${plain}${ending}`
  }
  return undefined
}

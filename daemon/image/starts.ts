// Decides what starts in a folder: what its `package.json` names for p8a, else what `npm start` would run, else its main
// file. It knows the folder only through the questions that it asks.
import * as v from 'valibot'
import { P8aError } from '../../protocol/errors.ts'
import { takeNodeFlags } from '../../protocol/node-flags.ts'
import { otherWay } from './other-languages.ts'
import { plainWords, takeVariables } from './plain-words.ts'
import { withWords } from './shell-word.ts'

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
  isExecutable(path: string): Promise<boolean>
  /** The file of Node that `node_modules/.bin/<name>` leads to. */
  program(name: string): Promise<string | undefined>
}

export type Manifest = {
  main?: string | undefined
  scripts: Readonly<Record<string, string>>
  pod: { entry?: NamedStart | undefined; command?: NamedStart | undefined }
}

/** What the folder's own policy says that starts, and what is said of it. */
export type NamedStart = { text: string; because: string }

/** What the pusher says, in the place of what the folder says. */
export type Chosen = { entry?: string | undefined; command?: string | undefined; args?: readonly string[] | undefined }

/** @throws {P8aError} `bad_image` if nothing in it can be started, or what is named is not there */
export async function startsOf(folder: Folder, { args = [], ...chosen }: Chosen = {}): Promise<Found> {
  const { starts, ...rest } = await chosenStart(folder, chosen)
  if (starts.how === 'command') await refuseNotExecutable(folder, starts)
  return { starts: withArguments(starts, args), ...rest }
}

/** A command line that begins with a file of the folder. @throws {P8aError} `bad_image` if it cannot be executed */
async function refuseNotExecutable(
  folder: Folder,
  { command, because }: Extract<Starts, { how: 'command' }>,
): Promise<void> {
  const { rest } = takeVariables(plainWords(command) ?? [])
  const file = (rest[0] === 'exec' ? rest[1] : rest[0]) ?? ''
  if (!file.includes('/') || !isWithin(file)) return
  const path = file.replace(/^(?:\.\/)+/, '')
  if (!(await folder.isFile(path))) throw notThere(file, because)
  if (await folder.isExecutable(path)) return
  throw new P8aError('bad_image', `Cannot start ${JSON.stringify(file)}: it is not executable`, {
    hint: `Make it so: chmod +x ${path}; or name what runs it: --command 'sh ${path}'`,
    facts: { entry: file },
  })
}

/** What starts, with more arguments behind its own. */
export function withArguments(starts: Starts, args: readonly string[]): Starts {
  if (starts.how === 'program') return { ...starts, args: [...starts.args, ...args] }
  return { ...starts, command: withWords(starts.command, args) }
}

async function chosenStart(folder: Folder, chosen: Chosen): Promise<Found> {
  const { pod, scripts } = folder.manifest ?? { pod: {}, scripts: {} }
  if (chosen.command !== undefined) return command(chosen.command, '--command')
  if (chosen.entry !== undefined) return program(await named(folder, chosen.entry, '--entry'), '--entry')
  if (pod.command) return command(pod.command.text, pod.command.because)
  if (pod.entry) return program(await named(folder, pod.entry.text, pod.entry.because), pod.entry.because)
  const script = startScript(scripts)
  if (script !== undefined) return await byScript(folder, script)
  return await mainFile(folder)
}

/** A `start` that watches or compiles is for development, if there is another one for production. */
const forDevelopment =
  /\b(?:nest start|nodemon|ts-node-dev|tsnd|tsx watch|node --watch|(?:next|nuxt|astro|remix|react-router|vite) dev|react-scripts start|ng serve|vue-cli-service serve|webpack(?:-dev-server| serve))\b/
const forProduction = ['start:prod', 'start:production']

/** The name of the script that starts a folder, if there is one. */
function startScript(scripts: Manifest['scripts']): string | undefined {
  const { start } = scripts
  const other = forProduction.find(name => scripts[name] !== undefined)
  if (start === undefined) return other
  return forDevelopment.test(start) ? (other ?? 'start') : 'start'
}

/** The line of that script, as far as it is known; empty without one. */
export function startLine(scripts: Manifest['scripts']): string {
  const name = startScript(scripts)
  return name === undefined
    ? ''
    : [scripts[`pre${name}`], scripts[name], scripts[`post${name}`]].filter(Boolean).join(' ; ')
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
  throw notThere(entry, because)
}

function notThere(entry: string, because: string): P8aError {
  return new P8aError('bad_image', `Cannot start ${JSON.stringify(entry)}: ${because} names it, and it is not there`, {
    hint: 'Name a file of the folder; a file that .podignore or .gitignore leaves out is not pushed',
    facts: { entry },
  })
}

/** Whether it is a path that can only mean a file of the folder. */
function isWithin(path: string): boolean {
  return path !== '' && !path.startsWith('/') && !path.split('/').includes('..')
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

/** Options of Node with which it runs no file, or more than a file. */
const withoutFile = /^(?:-|-e|--eval|-p|--print|-c|--check|-i|--interactive|--test|--run|--watch.*)$/

async function byNode(
  folder: Folder,
  [node, ...words]: readonly string[],
  because: string,
): Promise<Found | undefined> {
  if (node !== 'node') return undefined
  const { flags, rest } = takeNodeFlags(words)
  if (flags.some(flag => withoutFile.test(flag.split('=', 1)[0] ?? ''))) return undefined
  const [given = '', ...args] = rest
  const entry = /^\.\/*$/.test(given) ? await ownFile(folder) : await fileOf(folder, given)
  if (entry === undefined && isWithin(given)) throw notThere(given, because)
  return entry === undefined ? undefined : program(entry, because, args, await withoutSecrets(folder, flags))
}

/** What `node .` runs. */
async function ownFile(folder: Folder): Promise<string | undefined> {
  return (await fileOf(folder, folder.manifest?.main ?? '')) ?? (await fileOf(folder, 'index'))
}

const secretFile = /^--env-file=((?:.*\/)?\.env[^/]*)$/

/** Node refuses to start without a file of variables that it is to read. A push leaves these out: its variables come from `pod start`. */
async function withoutSecrets(folder: Folder, flags: readonly string[]): Promise<string[]> {
  const kept: string[] = []
  for (const flag of flags) {
    const file = secretFile.exec(flag)?.[1]
    kept.push(file === undefined || (await folder.isFile(file)) ? flag : `--env-file-if-exists=${file}`)
  }
  return kept
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

/** What the build of Nuxt and Nitro, of Astro, of SvelteKit, of Nest and of TypeScript makes. */
const builtNames = [
  '.output/server/index.mjs',
  'dist/server/entry.mjs',
  'build/index.js',
  'dist/main.js',
  'dist/index.js',
]

const mainNames = ['index', 'server', 'app', 'main']

async function mainFile(folder: Folder): Promise<Found> {
  const byMain = await fileOf(folder, folder.manifest?.main ?? '')
  if (byMain !== undefined) return program(byMain, '"main" of package.json')
  for (const name of folder.manifest?.scripts.build === undefined ? [] : builtNames) {
    if (await folder.isFile(name)) return program(name, 'what its build makes')
  }
  for (const name of mainNames) {
    const found = await fileOf(folder, name)
    if (found !== undefined) return program(found, 'its name')
  }
  const { main } = folder.manifest ?? {}
  if (main !== undefined && isWithin(main)) throw notThere(main, '"main" of package.json')
  const other = await otherWay(folder.isFile)
  throw new P8aError('bad_image', 'Cannot find what to start in the folder', {
    hint: other
      ? `It has ${other.file}, so push it with ${other.options}, as its program needs it`
      : `Name it: --entry FILE, or --command "…"; without them it is "start" in the scripts of package.json, "main", what a framework builds, or one of ${mainNames.map(name => `${name}.js`).join(', ')}`,
    facts: { looked: mainNames.flatMap(name => endings.map(ending => `${name}${ending}`)) },
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

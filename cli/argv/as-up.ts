// What somebody means who starts a file by its name, as PM2 does: a `pod up` with the options that have a counterpart, and what is to
// be done about the others.
import { extname } from 'node:path'
import type { Command, Step } from '../../protocol/hint.ts'
import type { Input } from './command.ts'
import { optionElsewhere } from './elsewhere.ts'
import { foreignOption } from './foreign.ts'
import { startFlagNames } from './start-flags.ts'

/** Whether a word is the name of a file that PM2 takes as a list of apps. */
export function isEcosystem(word: string): boolean {
  return /(^|[/\\])(ecosystem(\.config)?|process|pm2(\.config)?)\.([cm]?js|json|ya?ml)$/.test(word)
}

/** Whether a word is meant as a file or folder: no pod has such a name. */
export function isPath(word: string): boolean {
  return /^\.|[/\\]|\.(?:[cm]?[jt]sx?|sh|py|rb|pl|php|json|ya?ml)$/.test(word)
}

/**
 * What to do in the place of `pod VERB FILE`, where a pod is named by its file, as PM2 does, or by its unit, as systemd does.
 * @param name what a pod of that file is called; empty if nothing in it can be in a name
 */
export function asNamed(verb: Command['verb'], word: string, name: string): readonly Step[] | undefined {
  if (isEcosystem(word))
    return [
      { text: 'Its pods come from a manifest', do: { verb: 'import', args: [word] } },
      { text: 'then, and after each change', do: { verb: 'up' } },
      { text: 'a pod goes by its name', do: { verb, remote: 'local', args: ['NAME'] } },
    ]
  if (name === '' || !(isPath(word) || word.endsWith('.service'))) return undefined
  return [{ text: 'A pod goes by its name', do: { verb, remote: 'local', args: [name] } }]
}

/** What to type in the place of `pod start FILE …`. */
export function asUp(
  file: string,
  { options, params, tail }: Pick<Input, 'options' | 'params' | 'tail'>,
): readonly Step[] {
  if (isEcosystem(file)) {
    const env = options.text('env')
    const chosen = env === undefined || env.includes('=') ? {} : { options: { env } }
    return [
      { text: 'Make a manifest of it', do: { verb: 'import', args: [file], ...chosen } },
      { text: 'then', do: { verb: 'up' } },
    ]
  }
  const { interpreter, ...others } = tail?.before ?? params
  const lost: Step[] = []
  const given: Record<string, string | true> = {}
  for (const name of startFlagNames()) {
    const value = options.text(name)
    if (value !== undefined) given[name] = value
  }
  for (const [name, value] of Object.entries(others)) {
    const same = counterpart(name)
    if (same === undefined) lost.push(...lostSteps(name))
    else given[same] = valueless.includes(same) ? true : value
  }
  Object.assign(given, keptBy(interpreter ?? interpreterOf(file)))
  const flags = Object.entries(given).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [`--${name}`, value],
  )
  const behind = tail && tail.words.length > 0 ? ['--', ...tail.words] : []
  const up: Command = { verb: 'up', args: [file, ...flags, ...behind] }
  return [{ text: 'A file or folder becomes a pod by', do: up }, ...lost]
}

/** By the ending of a file, what PM2 runs it with; a shell script names its own. */
const interpreters = new Map([
  ['.py', 'python3'],
  ['.rb', 'ruby'],
  ['.pl', 'perl'],
  ['.php', 'php'],
  ['.sh', 'none'],
])

function interpreterOf(file: string): string {
  return interpreters.get(extname(file)) ?? 'node'
}

/** The options by which a file of another language is kept up. */
function keptBy(interpreter: string): Record<string, string | true> {
  if (interpreter === 'node') return {}
  return interpreter === 'none' ? { service: true } : { command: `${interpreter} $P8A_FILE` }
}

/** Programs that PM2's users start by their names: `pm2 start npm -- start`. */
const programs = /^(?:npm|npx|yarn|pnpm|bun|bunx|deno|node|tsx|python3?|ruby|php|perl|bash|sh|serve|gunicorn|uvicorn)$/

/** What to type in the place of `pod start npm -- start`; undefined if the first word is the name of no program that is started so. */
export function asCommand(
  words: readonly string[],
  { params, tail }: Pick<Input, 'params' | 'tail'>,
): readonly Step[] | undefined {
  const [word = ''] = words
  const isLine = /\s/.test(word)
  if (!isLine && !programs.test(word)) return undefined
  const line = [...words, ...(tail?.words ?? [])].join(' ')
  const given = (tail?.before ?? params).name
  const name = given === undefined ? [] : ['--name', given]
  return [
    {
      text: 'A command line that is kept up, in this folder, is',
      do: { verb: 'up', args: ['.', '--command', line, ...name] },
    },
  ]
}

/** Options of `pod up` that take no value. */
const valueless = ['watch']

function counterpart(name: string): string | undefined {
  if (name === 'i') return 'scale'
  if (name === 'n') return 'name'
  if (name === 'w') return 'watch'
  if (['name', 'watch'].includes(name)) return name
  const same = optionElsewhere(name)
  return same !== undefined && startFlagNames().includes(same) && !name.startsWith('no-') ? same : undefined
}

function lostSteps(name: string): readonly Step[] {
  const typed = name.length === 1 ? `-${name}` : `--${name}`
  const { steps = [] } = foreignOption(name) ?? {}
  const [first, ...rest] = steps
  if (!first) return [{ text: `what is meant for the program stands behind "--": -- ${typed}` }]
  return [{ ...first, text: `${typed}: ${first.text}` }, ...rest]
}

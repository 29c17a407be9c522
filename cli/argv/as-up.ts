// What somebody means who starts a file by its name, as PM2 does: a `pod up` with the options that have a counterpart, and what is to
// be done about the others.
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
  return /^\.|[/\\]|\.(?:[cm]?[jt]sx?|sh|py|json|ya?ml)$/.test(word)
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
  const lost: Step[] = []
  const given: Record<string, string | true> = {}
  for (const name of startFlagNames()) {
    const value = options.text(name)
    if (value !== undefined) given[name] = value
  }
  for (const [name, value] of Object.entries(tail?.before ?? params)) {
    const same = counterpart(name)
    if (same === undefined) lost.push(...lostSteps(name))
    else given[same] = valueless.includes(same) ? true : value
  }
  const flags = Object.entries(given).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [`--${name}`, value],
  )
  const behind = tail && tail.words.length > 0 ? ['--', ...tail.words] : []
  const up: Command = { verb: 'up', args: [file, ...flags, ...behind] }
  return [{ text: 'A file or folder becomes a pod by', do: up }, ...lost]
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

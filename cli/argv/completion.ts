// What may come next on a command line that is being typed. It asks hosts for their pods, briefly, and says nothing if
// that fails: a person who presses TAB does not want to see an error.

import { deadlineSignal } from '../../protocol/deadline.ts'
import { isName } from '../../protocol/names.ts'
import { roles } from '../../protocol/roles.ts'
import { dataDir } from '../host/data-dir.ts'
import { openHost, type Reach } from '../remote/remote-host.ts'
import { findRemote, isRemote, listRemotes, localName } from '../remote/remotes.ts'
import { printOut } from '../say/print.ts'
import { tame } from '../say/tame.ts'
import { type CommandSpec, globalFlags } from './command.ts'
import { type Arg, argsOf, flagsOf, type Matched, match, nameOf } from './grammar.ts'
import { type Walked, walk } from './walk.ts'

/** Words that may stand next, with what they are. `files`: file names may stand there too. */
export type Next = { words: Word[]; files?: boolean }
type Word = readonly [word: string, about: string]

/** How long a host may take to name its pods. */
const askMs = 2000

const nothing: Next = { words: [] }

/** The word that has been begun, and the commands that there are. */
type Begun = { table: readonly CommandSpec[]; current: string }

/** Answers the shell: `argv` is `--`, then the words typed so far, of which the last is the unfinished one. */
export async function complete(table: readonly CommandSpec[], argv: readonly string[]): Promise<number> {
  const words = argv.slice(argv[0] === '--' ? 1 : 0)
  const current = words.at(-1) ?? ''
  const next = await nextWords(words.slice(0, -1), { table, current }).catch(() => nothing)
  for (const [word, about] of next.words) if (word.startsWith(current)) printOut(`${word}\t${about}\n`)
  printOut(next.files ? ':0\n' : ':4\n')
  return 0
}

/** What may follow `typed`; `current` is the beginning of the next word. */
export async function nextWords(typed: readonly string[], { table, current }: Begun): Promise<Next> {
  const matched = tryMatch(table, typed)
  if (!matched) return commandWords(table, typed)
  const rest = typed.slice(matched.words)
  const flags = flagsOf(matched.spec)
  const last = rest.at(-1)
  const flag = flags.find(flag => flag.takesValue && (last === `--${flag.name}` || last === `-${flag.short}`))
  if (flag) return valuesOf(flag.name)
  if (current.startsWith('-')) return { words: flagWords(matched) }
  // `host token` is a command, and the beginning of others.
  const longer = rest.length === 0 ? commandWords(table, typed).words : []
  const next = await argumentWords(matched, walk(rest, { flags, params: matched.spec.takesParams ?? false }))
  return { ...next, words: [...longer, ...next.words] }
}

function tryMatch(table: readonly CommandSpec[], typed: readonly string[]): Matched | undefined {
  try {
    return match(table, typed)
  } catch {
    // Not a command yet.
    return undefined
  }
}

/** The next word of every command that begins with what was typed. */
function commandWords(table: readonly CommandSpec[], typed: readonly string[]): Next {
  const begun = (typed[0] === 'help' ? typed.slice(1) : typed).map(word => `${word} `).join('')
  const words = new Map<string, string>()
  for (const spec of table) {
    const name = nameOf(spec)
    if (!name.startsWith(begun)) continue
    const [word = '', second] = name.slice(begun.length).split(' ')
    words.set(word, second === undefined ? spec.about : `the ${word} commands`)
  }
  if (typed.length === 0) words.set('help', 'Show help')
  return { words: [...words] }
}

function flagWords({ spec }: Matched): [string, string][] {
  const lines = [...(spec.flags ?? []), ...globalFlags]
  return flagsOf(spec).map(({ name }) => {
    const line = lines.find(([flag]) => flag.includes(`--${name}`))
    return [`--${name}`, line?.[1] ?? '']
  })
}

function valuesOf(flag: string): Next {
  if (flag === 'restart')
    return {
      words: [
        ['always', ''],
        ['on-failure', ''],
        ['never', ''],
      ],
    }
  if (flag === 'tag')
    return {
      words: [
        ['stdout', ''],
        ['stderr', ''],
      ],
    }
  if (flag === 'stop-to')
    return {
      words: [
        ['group', ''],
        ['main', ''],
      ],
    }
  if (flag === 'role') return { words: roles.map(role => [role, '']) }
  return ['cert', 'key'].includes(flag) || flag === 'data' || flag === 'cwd' ? { words: [], files: true } : nothing
}

async function argumentWords({ spec }: Matched, { args, options }: Walked): Promise<Next> {
  const dir = dataDir(options.text('data'))
  const wanted = wantedArg(spec, args.length)?.name
  if (['file', 'path', 'folder'].includes(wanted ?? '')) return { words: [], files: true }
  if (wanted === 'shell')
    return {
      words: [
        ['bash', ''],
        ['zsh', ''],
        ['fish', ''],
      ],
    }
  const reach = { dataDir: dir, token: options.text('token') }
  if (wanted === 'remote' || ['remote remove', 'remote pin'].includes(nameOf(spec))) {
    const remotes = listRemotes(dir).map(
      ({ name }): Word => [name, name === localName ? 'the host on this machine' : ''],
    )
    // A remote may be left out.
    const isNameNext = wanted === 'remote' && isPodName(argsOf(spec)[1])
    return { words: isNameNext ? [...remotes, ...(await podWords(localName, reach).catch(() => []))] : remotes }
  }
  const [first] = args
  if (first === undefined) return nothing
  const isImplied = argsOf(spec)[0]?.name === 'remote' && !isRemote(first)
  if (!isPodName(isImplied ? wantedArg(spec, args.length + 1) : wantedArg(spec, args.length))) return nothing
  const words = await podWords(isImplied ? localName : first, reach)
  return { words: words.filter(([word]) => !args.includes(word)) }
}

/** The pods of a host, with how they are. */
async function podWords(remote: string, reach: Reach): Promise<Word[]> {
  const host = await openHost(findRemote(remote, reach.dataDir), reach, deadlineSignal(askMs))
  const { pods } = await host.call('pod.list', {}).finally(() => host.client.close())
  // A shell puts these words on the command line, so a word that is not a name could be a command there.
  return pods
    .filter(({ name }) => typeof name === 'string' && isName(name))
    .map(({ name, status }) => [name, tame(String(status).replaceAll('\n', ' '))])
}

function isPodName(arg: Arg | undefined): boolean {
  return arg?.name === 'name' || arg?.name === 'names'
}

/** The argument at a place; the last one may take any number. */
function wantedArg(spec: CommandSpec, at: number): Arg | undefined {
  const wanted = argsOf(spec)
  const last = wanted.at(-1)
  return wanted[at] ?? (last?.isVariadic ? last : undefined)
}

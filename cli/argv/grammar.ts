// Finds the command that argv names, and reads what its line of usage says. It must not run anything, and
// is given the table of commands.
import { P8aError } from '../../protocol/errors.ts'
import { type Step, takesRemote, verbs } from '../../protocol/hint.ts'
import { nearest } from '../../protocol/nearest.ts'
import { type CommandSpec, type FlagLine, globalFlags } from './command.ts'
import type { Flag } from './walk.ts'

/** A command, and how many words name it. */
export type Matched = { spec: CommandSpec; words: number }

/** An argument as the line of usage has it: `<needed>`, `[may be left out]`, `[...any number]`. */
export type Arg = { name: string; isRequired: boolean; isVariadic: boolean }

/**
 * The command of `table` that `words` begin with; more words are tried before fewer.
 * @throws {P8aError} `usage`, with the nearest command as hint
 */
export function match(table: readonly CommandSpec[], words: readonly string[]): Matched {
  for (const count of [3, 2, 1]) {
    const name = words.slice(0, count).join(' ')
    const spec = words.length >= count ? table.find(spec => isCalled(spec, name)) : undefined
    if (spec) return { spec, words: count }
  }
  throw unknownCommand(table, words)
}

/** The commands that begin with `words`, if `words` are not a command themselves: `host`. */
export function groupOf(table: readonly CommandSpec[], words: readonly string[]): CommandSpec[] {
  const beginning = words.join(' ')
  if (beginning === '' || table.some(spec => isCalled(spec, beginning))) return []
  return table.filter(spec => nameOf(spec).startsWith(`${beginning} `))
}

/** The name of a command: `start`, `host start`. */
export function nameOf({ usage }: CommandSpec): string {
  return usage.split(/ [<[]/, 1)[0] ?? ''
}

/** The arguments of a command, in order. */
export function argsOf({ usage }: CommandSpec): Arg[] {
  return [...usage.matchAll(/([<[])(\.{3})?([a-z]+)[>\]]/g)].map(([, bracket, dots, name = '']) => {
    return { name, isRequired: bracket === '<', isVariadic: dots !== undefined }
  })
}

/** How a command is used, as a step of a hint. */
export function usageStep(spec: CommandSpec, text = 'Usage'): Step {
  const verb = verbs.find(name => name === nameOf(spec))
  if (verb === undefined) return { text: `${text}: pod ${spec.usage}` }
  const args = spec.usage.split(' ').slice(verb.split(' ').length)
  const [remote = '', ...rest] = args
  return { text, do: takesRemote({ verb }) ? { verb, remote, args: rest } : { verb, args } }
}

function namesOf(spec: CommandSpec): string[] {
  return [nameOf(spec), ...(spec.aliases ?? [])]
}

/** As {@link namesOf} says, but made for looking through all commands, which every command line does. */
function isCalled({ usage, aliases }: CommandSpec, name: string): boolean {
  const isNamed = usage.startsWith(name) && (usage.length === name.length || /^ [<[]/.test(usage.slice(name.length)))
  return isNamed || aliases?.includes(name) === true
}

/** The options that the command (or, without one, `pod` itself) understands. */
export function flagsOf(spec?: CommandSpec): Flag[] {
  return [...globalFlags, ...(spec?.flags ?? [])].map(readFlag)
}

/** The commands that have an option of their own called `name`. */
export function commandsWith(table: readonly CommandSpec[], name: string): CommandSpec[] {
  return table.filter(({ flags = [] }) => flags.some(flag => readFlag(flag).name === name))
}

function readFlag([text]: FlagLine): Flag {
  const name = /--([a-z0-9-]+)/.exec(text)?.[1] ?? ''
  return { name, short: /^-([a-z])\b/.exec(text)?.[1], takesValue: text.includes('<') }
}

function unknownCommand(table: readonly CommandSpec[], words: readonly string[]): P8aError {
  const [first = '', ...typed] = words.filter(word => !word.startsWith('-'))
  const [second] = typed
  const names = table.flatMap(namesOf)
  const inGroup = names.filter(name => name.startsWith(`${first} `))
  if (inGroup.length > 0) {
    const what =
      second === undefined ? `"pod ${first}" needs one more word` : `Unknown command ${quoted(first, second)}`
    const meant = second === undefined ? undefined : nearest(`${first} ${second}`, inGroup)
    return new P8aError('usage', what, { hint: meant ? didYouMean(meant) : `There are: ${inGroup.join(', ')}` })
  }
  const meant = nearest(first, names) ?? nearest(`${first} ${second}`, names)
  return new P8aError('usage', `Unknown command ${quoted(first)}`, {
    hint: meant ? didYouMean(meant) : { text: 'All commands', do: { verb: 'help' } },
  })
}

function didYouMean(name: string): string {
  return `Did you mean "pod ${name}"?`
}

function quoted(...words: string[]): string {
  return JSON.stringify(`pod ${words.join(' ')}`)
}

// Finds the command that argv names, and its help. cac holds the declarations and prints the help; values are read by
// walk.ts. It must not run anything.
import { type CAC, type Command, cac } from 'cac'
import { P8aError } from '../protocol/errors.ts'
import { type CommandSpec, commands, type FlagLine, globalFlags } from './commands.ts'
import { nearest } from './nearest.ts'
import type { Flag } from './walk.ts'

export type Matched = { spec: CommandSpec; command: Command; words: number }

/** The commands as cac knows them. */
export function declare(): CAC {
  const cli = cac('pod')
  for (const [flag, about] of globalFlags) cli.option(flag, about)
  cli.globalCommand.helpCallback = tidyHelp
  for (const spec of commands) {
    const command = cli.command(spec.usage, spec.about)
    for (const [flag, about] of spec.flags ?? []) command.option(flag, about)
    for (const alias of spec.aliases ?? []) command.alias(alias)
    for (const example of spec.examples ?? []) command.example(`  $ ${example}`)
  }
  return cli
}

/**
 * The command that `words` begin with; two words are tried before one.
 * @throws {P8aError} `usage`, with the nearest command as hint
 */
export function match(cli: CAC, words: readonly string[]): Matched {
  for (const count of [2, 1]) {
    const name = words.slice(0, count).join(' ')
    const at = cli.commands.findIndex(command => words.length >= count && command.isMatched(name))
    const spec = commands[at]
    const command = cli.commands[at]
    if (spec && command) return { spec, command, words: count }
  }
  throw unknownCommand(cli, words)
}

/** The names of all commands, aliases too: `start`, `host start`. */
function commandNames(cli: CAC): string[] {
  return cli.commands.flatMap(command => [command.name, ...command.aliasNames])
}

/** The options that the command (or, without one, `pod` itself) understands. */
export function flagsOf(spec?: CommandSpec): Flag[] {
  return [...globalFlags, ...(spec?.flags ?? [])].map(readFlag)
}

type HelpSection = { title?: string; body: string }

/** cac's help without the program's name, the list of `--help` calls, and the "default: true" of every `--no-…`. */
function tidyHelp(sections: HelpSection[]): HelpSection[] {
  return sections
    .slice(1)
    .filter(({ title }) => !title?.startsWith('For more info'))
    .map(section => ({ ...section, body: section.body.replace(/ (?:\(default: true\))?$/gm, '') }))
}

function readFlag([text]: FlagLine): Flag {
  const name = /--([a-z-]+)/.exec(text)?.[1] ?? ''
  return { name, short: /^-([a-z])\b/.exec(text)?.[1], takesValue: text.includes('<') }
}

function unknownCommand(cli: CAC, words: readonly string[]): P8aError {
  const [first = '', second] = words.filter(word => !word.startsWith('-'))
  const inGroup = commandNames(cli).filter(name => name.startsWith(`${first} `))
  if (inGroup.length > 0) {
    const what =
      second === undefined ? `"pod ${first}" needs one more word` : `Unknown command ${quoted(first, second)}`
    const meant = second === undefined ? undefined : nearest(`${first} ${second}`, inGroup)
    return new P8aError('usage', what, { hint: meant ? didYouMean(meant) : `There are: ${inGroup.join(', ')}` })
  }
  const meant = nearest(first, commandNames(cli)) ?? nearest(`${first} ${second}`, commandNames(cli))
  return new P8aError('usage', `Unknown command ${quoted(first)}`, {
    hint: meant ? didYouMean(meant) : 'All commands: pod help',
  })
}

function didYouMean(name: string): string {
  return `Did you mean "pod ${name}"?`
}

function quoted(...words: string[]): string {
  return JSON.stringify(`pod ${words.join(' ')}`)
}

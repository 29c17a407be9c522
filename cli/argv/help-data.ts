// The help as data: what `pod help --json` prints.
import { type CommandSpec, type FlagLine, globalFlags } from './command.ts'
import { type Arg, argsOf, groupOf, match, nameOf } from './grammar.ts'

type Option = { name: string; short?: string; value?: string; about: string }
type Command = {
  name: string
  usage: string
  aliases: readonly string[]
  about: string
  arguments: Arg[]
  options: Option[]
  examples: readonly string[]
  /** Whether options that are not listed are params. */
  takesParams: boolean
}

/**
 * The commands that `words` begin with, or without words all, and the options that each of them has.
 * @throws {P8aError} `usage`
 */
export function helpData(table: readonly CommandSpec[], words: readonly string[]) {
  const group = groupOf(table, words)
  const shown = group.length > 0 ? group : words.length === 0 ? table : [match(table, words).spec]
  return { commands: shown.map(commandData), options: globalFlags.map(optionData) }
}

function commandData(spec: CommandSpec): Command {
  const { aliases = [], about, flags = [], examples = [], takesParams = false } = spec
  return {
    name: nameOf(spec),
    usage: `pod ${spec.usage}`,
    aliases,
    about,
    arguments: argsOf(spec),
    options: flags.map(optionData),
    examples,
    takesParams,
  }
}

function optionData([text, about]: FlagLine): Option {
  const [, short, name = '', value] = /^(?:-(\w), )?--([a-z0-9-]+)(?: <(.*)>)?$/.exec(text) ?? []
  return { name, ...(short && { short }), ...(value && { value }), about }
}

// What `pod help` prints. cac holds the declarations and lays them out; it is loaded only for help, since declaring all
// commands takes longer than all of `pod status`.
import { type CAC, cac } from 'cac'
import { openStdout, printOut } from '../say/print.ts'
import { type CommandSpec, globalFlags } from './command.ts'
import { argsOf, groupOf, match } from './grammar.ts'

const aboutRemote =
  'the name of a host that "pod remote add" keeps, or local, the host on this machine; without it, local is meant'

/**
 * Prints the help of the command that `words` begin with, or without words that of `pod` itself.
 * @throws {P8aError} `usage`
 */
export function printHelp(table: readonly CommandSpec[], words: readonly string[]): void {
  const group = groupOf(table, words)
  if (group.length > 0) printGroup(words, group)
  else printCommand(table, words)
}

function printCommand(table: readonly CommandSpec[], words: readonly string[]): void {
  const cli = declare(table)
  const spec = words.length === 0 ? undefined : match(table, words).spec
  const shown = spec ? cli.commands[table.indexOf(spec)] : cli
  // cac prints it by itself.
  openStdout()
  shown?.outputHelp()
  const isAboutRemotes = spec === undefined || argsOf(spec).some(({ name }) => name === 'remote')
  if (isAboutRemotes) printOut(`\nremote: ${aboutRemote}\n`)
}

/** The help of `pod host`, which is not a command itself. */
function printGroup(words: readonly string[], group: readonly CommandSpec[]): void {
  const width = Math.max(...group.map(({ usage }) => usage.length))
  const lines = group.map(({ usage, about }) => `  $ pod ${usage.padEnd(width)}  ${about}`)
  printOut(`Commands:\n${lines.join('\n')}\n\nMore of each: pod help ${words.join(' ')} COMMAND\n`)
}

/** The commands as cac knows them. */
function declare(table: readonly CommandSpec[]): CAC {
  const cli = cac('pod')
  for (const [flag, about] of globalFlags) cli.option(flag, about)
  cli.globalCommand.helpCallback = tidyHelp
  for (const spec of table) {
    const command = cli.command(spec.usage, spec.about)
    for (const [flag, about] of spec.flags ?? []) command.option(flag, about)
    for (const alias of spec.aliases ?? []) command.alias(alias)
    for (const example of spec.examples ?? []) command.example(`  $ ${example}`)
  }
  return cli
}

type HelpSection = { title?: string; body: string }

/** cac's help without the program's name, the list of `--help` calls, and the "default: true" of every `--no-…`. */
function tidyHelp(sections: HelpSection[]): HelpSection[] {
  return sections
    .slice(1)
    .filter(({ title }) => !title?.startsWith('For more info'))
    .map(section => ({ ...section, body: section.body.replace(/ (?:\(default: true\))?$/gm, '') }))
}

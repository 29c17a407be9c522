// The verbs as they are typed in the shell: without the remote, and, in the shell of a pod, without its name.
import type { CommandSpec } from '../argv/command.ts'
import { argsOf, flagsOf, nameOf } from '../argv/grammar.ts'
import { walk } from '../argv/walk.ts'

/** The remote whose host the shell is on, and the pod whose shell it is now. */
export type Place = { remote: string; name: string | undefined }

/** Where the words were typed, and all commands. */
type Typed = { place: Place; table: readonly CommandSpec[] }

/** What leaves the shell. */
export const exitWord = '.exit'

/** Verbs for which the name is always typed: what they do cannot be undone. */
const alwaysNamed = ['remove']

/** A verb whose one argument is the last one of its two. */
const fileLast = 'push'

/** The commands that are about a remote, other than the shell itself. */
export function shellVerbs(table: readonly CommandSpec[]): CommandSpec[] {
  return table.filter(spec => argsOf(spec)[0]?.name === 'remote' && !['shell', 'page', 'top'].includes(nameOf(spec)))
}

/** How a verb is used in the shell: `start <name>`. */
export function usageOf(spec: CommandSpec): string {
  return spec.usage.replace(' <remote>', '')
}

/** The command line that `words` mean in the shell, or undefined if the first of them is not a verb. */
export function commandLine(words: readonly string[], { place, table }: Typed): string[] | undefined {
  const { remote, name } = place
  const verbs = shellVerbs(table)
  const named = (verb: string) => verbs.find(spec => nameOf(spec) === verb || spec.aliases?.includes(verb))
  // `queue` is a command, and the beginning of others.
  const count = [2, 1].find(count => words.length >= count && named(words.slice(0, count).join(' ')) !== undefined) ?? 1
  const [verb, rest] = [words.slice(0, count), words.slice(count)]
  const spec = named(verb.join(' '))
  if (!spec) return undefined
  return [...verb, remote, ...(name !== undefined && isNameLeftOut(spec, rest) ? [name] : []), ...rest]
}

/** Whether `rest` has too few arguments to hold the name of a pod. */
function isNameLeftOut(spec: CommandSpec, rest: readonly string[]): boolean {
  const args = argsOf(spec).slice(1)
  if (args.length === 0) return false
  // With any number of arguments it cannot be known: `call web add`, or `call add 1`.
  if (alwaysNamed.includes(nameOf(spec)) || args.some(arg => arg.isVariadic && arg.name !== 'names')) return false
  const least = nameOf(spec) === fileLast ? args.length : Math.max(1, args.filter(arg => arg.isRequired).length)
  try {
    return walk(rest, { flags: flagsOf(spec), params: spec.takesParams ?? false }).args.length < least
  } catch {
    // The verb itself says what is wrong.
    return false
  }
}

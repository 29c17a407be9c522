// A command about a host may be typed without its remote: then the host on this machine is meant. It asks no host.
import type { CommandSpec } from './command.ts'
import { argsOf } from './grammar.ts'

/** The remote that is meant where none is named. */
const implied = 'local'

/**
 * The arguments of a command with its remote. A first word that is the name of a remote is that remote; if all arguments of a command
 * are there, the first one is meant as a remote, whatever it is.
 */
export function withRemote(
  spec: CommandSpec,
  args: readonly string[],
  isRemote: (name: string) => boolean,
): { args: string[]; isImplied: boolean } {
  const wanted = argsOf(spec)
  const [first] = wanted
  const isWhole = args.length >= wanted.length && !wanted.some(({ isVariadic }) => isVariadic)
  const takes = first?.name === 'remote' && first.isRequired
  if (!takes || isWhole || (args[0] !== undefined && isRemote(args[0]))) return { args: [...args], isImplied: false }
  return { args: [implied, ...args], isImplied: true }
}

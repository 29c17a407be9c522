// What `help` prints in the shell.
import type { CommandSpec } from '../argv/command.ts'
import type { Output } from '../say/output.ts'
import { table } from '../say/table.ts'
import { shellVerbs, usageOf } from './verbs.ts'

/** What the shell knows beside the verbs, as help shows it. */
export const builtIns: readonly (readonly [usage: string, about: string])[] = [
  ['worker info [name]', 'Show how many runs are up (current), wanted (target), and failing or given up (dead)'],
  ['worker revive [name]', 'Try again now what fails or was given up, with its params; what is well is left alone'],
  ['restart', "Without a name: restart this shell's pod, or all pods that should be up"],
  ['shell [name]', 'Go to the shell of a pod, or back to that of the host'],
  ['help [command]', 'Show this, or the options of a verb'],
  ['.exit', 'Leave; so do Ctrl-D, and Ctrl-C twice'],
  ['# …', 'A comment'],
]

/** @param own names of the commands that the pod or the host has itself */
export async function printShellHelp(
  own: readonly string[],
  { table: commands, output }: { table: readonly CommandSpec[]; output: Output },
): Promise<void> {
  const rows = [
    ...own.map(name => [name, 'A command of this pod or host'] as const),
    ...shellVerbs(commands).map(spec => [usageOf(spec), spec.about] as const),
    ...builtIns,
  ]
  const text = output.json ? '' : await table(['COMMAND', 'WHAT IT DOES'], rows, output)
  output.answer({ commands: rows.map(([usage, about]) => ({ usage, about })) }, () => text)
}

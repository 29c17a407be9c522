// pod completion: prints what a shell has to load. It is a program for the shell either way, so --json changes nothing.
import { P8aError } from '../../protocol/errors.ts'
import type { Run } from '../argv/command.ts'
import { printScript, shells } from '../argv/completion-script.ts'

export const run: Run = async ({ args: [shell = ''] }) => {
  if (!shells.includes(shell)) {
    throw new P8aError('usage', `Cannot complete in ${JSON.stringify(shell)}`, {
      hint: `There are: ${shells.join(', ')}`,
    })
  }
  await printScript(shell)
  return 0
}

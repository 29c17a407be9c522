// pod completion: prints what a shell has to load.
import { P8aError } from '../../protocol/errors.ts'
import type { Run } from '../argv/command.ts'
import { scriptFor, shells } from '../argv/completion-script.ts'

export const run: Run = async ({ args: [shell = ''] }, { output }) => {
  if (!shells.includes(shell)) {
    throw new P8aError('usage', `Cannot complete in ${JSON.stringify(shell)}`, {
      hint: `There are: ${shells.join(', ')}`,
    })
  }
  const script = await scriptFor(shell)
  if (output.json) output.answer({ shell, script }, () => '')
  else output.write(script.trimEnd())
  return 0
}

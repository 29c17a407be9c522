// pod top: the pods of a host in a table that lives, by keys.
import { P8aError } from '../../protocol/errors.ts'
import type { Run } from '../argv/command.ts'
import { environment } from '../environment.ts'
import { findRemote } from '../remote/remotes.ts'

export const run: Run = async ({ args: [remote = ''] }, context) => {
  const { output, dataDir } = context
  if (output.json || !output.isTerminal || !process.stdin.isTTY || environment.terminal === 'dumb') {
    throw new P8aError('usage', '"pod top" needs a terminal', {
      hint: [
        { text: 'The same, once', do: { verb: 'status', remote, options: { usage: true } } },
        { text: 'line by line as it changes', do: { verb: 'status', remote, options: { watch: true, json: true } } },
      ],
    })
  }
  const { TopTable } = await import('../top/top.ts')
  await TopTable.run({ remote: findRemote(remote, dataDir), reach: context, output })
  return 0
}

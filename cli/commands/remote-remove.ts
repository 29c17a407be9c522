// pod remote remove: forgets a remote; the host itself is not asked.
import type { Run } from '../argv/command.ts'
import { removeRemote } from '../remote/remotes.ts'

export const run: Run = async ({ args: [name = ''] }, { output }) => {
  await removeRemote(name)
  output.answer({ name, removed: true }, () => `${name} is forgotten; its host keeps running`)
  return 0
}

// pod host token add: makes a token of the host on this machine, and prints its secret, which nobody can see again.
import type { Run } from '../argv/command.ts'
import { readTokenFlags } from '../argv/token-flags.ts'
import { withLocalHost } from '../host/local-host.ts'
import { tokenText } from '../say/token.ts'

export const run: Run = async ({ args: [name = ''], options }, context) => {
  const { output } = context
  const wanted = readTokenFlags(options)
  return await withLocalHost(context, async client => {
    const made = await client.call('host.token.add', { name, ...wanted })
    output.answer(made, () => made.token)
    if (output.json) return 0
    const { say } = await import('../say/say.ts')
    await say('info', `${tokenText(made)}. It is not shown again`)
    return 0
  })
}

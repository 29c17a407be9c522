// pod host token remove: ends a token of the host on this machine, and every connection that it opened.
import type { Run } from '../argv/command.ts'
import { withLocalHost } from '../host/local-host.ts'

export const run: Run = async ({ args: [name = ''] }, context) => {
  const { output } = context
  return await withLocalHost(context, async client => {
    const removed = await client.call('host.token.remove', { name })
    output.answer(removed, () => `The token ${name} is removed`)
    return 0
  })
}

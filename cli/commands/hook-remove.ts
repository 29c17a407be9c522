// pod hook remove: ends a webhook.
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'

export const run: Run = async ({ args: [remote = '', hook = ''] }, context) => {
  const { output } = context
  return await withHost(remote, context, async host => {
    const removed = await host.call('hook.remove', { hook })
    output.answer(removed, () => `The webhook ${removed.id} is removed: ${removed.url}`)
    return 0
  })
}

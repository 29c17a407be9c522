// pod queue cancel: ends an item that waits or runs.
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'

export const run: Run = async ({ args: [remote = '', name = '', id = ''] }, context) =>
  await withHost(remote, context, async host => {
    const item = await host.call('queue.cancel', { name, id })
    context.output.answer(item, () => `${item.id} is canceled`)
    return 0
  })

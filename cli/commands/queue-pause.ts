// pod queue pause: begins no item of a worker any more.
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'

export const run: Run = async ({ args: [remote = '', name = ''] }, context) =>
  await withHost(remote, context, async host => {
    const answer = await host.call('queue.pause', { name })
    context.output.answer(answer, () => `The queue of ${name} is paused`)
    return 0
  })

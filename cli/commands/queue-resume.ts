// pod queue resume: begins items of a worker again.
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'

export const run: Run = async ({ args: [remote = '', name = ''] }, context) =>
  await withHost(remote, context, async host => {
    const answer = await host.call('queue.resume', { name })
    context.output.answer(answer, () => `The queue of ${name} goes on`)
    return 0
  })

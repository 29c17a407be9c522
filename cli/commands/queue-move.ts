// pod queue move: gives items of a worker to another one.
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { chosenItems, countText } from './chosen-items.ts'

export const run: Run = async ({ args: [remote = '', name = '', to = '', ...ids], options }, context) => {
  const chosen = chosenItems(ids, { options, remote, name })
  return await withHost(remote, context, async host => {
    const answer = await host.call('queue.move', { name, to, ...chosen })
    context.output.answer(answer, () => countText(answer.count, `of ${name} moved to ${to}`))
    return 0
  })
}

// pod queue retry: lets items that are dead or expired wait again.
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { chosenItems, countText } from './chosen-items.ts'

export const run: Run = async ({ args: [remote = '', name = '', ...ids], options }, context) => {
  const chosen = chosenItems(ids, { options, remote, name })
  return await withHost(remote, context, async host => {
    const answer = await host.call('queue.retry', { name, ...chosen })
    context.output.answer(answer, () => countText(answer.count, `of ${name} tried again`))
    return 0
  })
}

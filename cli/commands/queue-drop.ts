// pod queue drop: removes items that wait or have ended.
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { chosenItems, countText } from './chosen-items.ts'

export const run: Run = async ({ args: [remote = '', name = '', ...ids], options }, context) => {
  const chosen = chosenItems(ids, { options, remote, name })
  return await withHost(remote, context, async host => {
    const answer = await host.call('queue.drop', { name, ...chosen })
    context.output.answer(answer, () => countText(answer.count, `of ${name} dropped`))
    return 0
  })
}

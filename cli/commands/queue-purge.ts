// pod queue purge: removes all items of a worker but those that run.
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { countText } from './chosen-items.ts'

export const run: Run = async ({ args: [remote = '', name = ''] }, context) =>
  await withHost(remote, context, async host => {
    const answer = await host.call('queue.drop', { name, ids: 'all' })
    context.output.answer(answer, () => countText(answer.count, `of ${name} dropped`))
    return 0
  })

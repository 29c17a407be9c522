// pod group remove: a name means no group any more; the pods stay as they are.
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'

export const run: Run = async ({ args: [remote = '', name = ''] }, context) => {
  const { output } = context
  return await withHost(remote, context, async host => {
    const answer = await host.call('pod.group', { name, members: {} })
    output.answer(answer, () => `${name} means no group any more`)
    return 0
  })
}

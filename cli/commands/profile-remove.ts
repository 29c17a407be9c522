// pod profile remove: removes a profile that no pod has.
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'

export const run: Run = async ({ args: [remote = '', name = ''] }, context) => {
  const { output } = context
  return await withHost(remote, context, async host => {
    const answer = await host.call('profile.remove', { profile: name })
    output.answer(answer, () => `${name} is removed`)
    return 0
  })
}

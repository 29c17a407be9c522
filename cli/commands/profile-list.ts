// pod profile list: the profiles of a host, with the pods that have them.
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { table } from '../say/table.ts'
import { policyText } from './profile-text.ts'

export const run: Run = async ({ args: [remote = ''] }, context) => {
  const { output } = context
  return await withHost(remote, context, async host => {
    const { profiles } = await host.call('profile.list', {})
    const rows = profiles.map(({ name, config, pods, problem }) => [
      name,
      pods.join(', ') || '-',
      problem ?? policyText(config),
    ])
    const text = output.json || rows.length === 0 ? '' : await table(['PROFILE', 'PODS', 'POLICY'], rows, output)
    output.answer({ profiles }, () => text || 'There are no profiles')
    return 0
  })
}

// pod status: all pods of a host in a table, or one in detail.
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { podDetail, podTable } from '../say/pod-table.ts'
import { allPods } from './all-pods.ts'

export const run: Run = async ({ args: [remote = '', name], options }, context) => {
  const { output } = context
  const usage = options.has('usage')
  return await withHost(remote, context, async host => {
    if (name !== undefined && name !== allPods) {
      const pod = await host.call('pod.status', { name, usage })
      const text = output.json ? '' : await podDetail(pod, usage, output)
      output.answer(pod, () => text)
      return 0
    }
    const { pods } = await host.call('pod.list', { usage })
    const text = output.json ? '' : await listText(remote, pods)
    output.answer({ pods }, () => text)
    return 0
  })

  async function listText(remote: string, pods: Parameters<typeof podTable>[0]): Promise<string> {
    if (pods.length > 0) return await podTable(pods, usage, output)
    return `No pods yet. To push one: ${output.command({ verb: 'push', remote, args: ['NAME', 'FILE'] })}`
  }
}

// pod status: all pods of a host in a table, or one in detail.
import type { PodStatus } from '../../protocol/words.ts'
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { podDetail, podTable } from '../say/pod-table.ts'
import { allPods } from './all-pods.ts'

export const run: Run = async ({ args: [remote = '', name], options }, context) => {
  const { output } = context
  const one = name === allPods ? undefined : name
  const usage = options.has('usage')
  if (options.has('watch')) {
    await (await import('./status-watch.ts')).watchStatus({ remote, name: one, usage, show }, context)
    return 0
  }
  return await withHost(remote, context, async host => {
    const pods =
      one === undefined
        ? (await host.call('pod.list', { usage })).pods
        : [await host.call('pod.status', { name: one, usage })]
    const { value, text } = await show(pods)
    output.answer(value, () => text)
    return 0
  })

  async function show(pods: PodStatus[]): Promise<{ value: unknown; text: string }> {
    const [pod] = pods
    if (one === undefined || !pod) return { value: { pods }, text: output.json ? '' : await listText(remote, pods) }
    return { value: pod, text: output.json ? '' : await podDetail(pod, usage, output) }
  }

  async function listText(remote: string, pods: Parameters<typeof podTable>[0]): Promise<string> {
    if (pods.length > 0) return await podTable(pods, usage, output)
    return `No pods yet. To push one: ${output.command({ verb: 'push', remote, args: ['NAME', 'FILE'] })}`
  }
}

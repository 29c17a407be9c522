// pod status: all pods of a host in a table, or one in detail.
import { P8aError } from '../../protocol/errors.ts'
import type { PodStatus } from '../../protocol/words.ts'
import type { Run } from '../argv/command.ts'
import { type RemoteHost, withHost } from '../remote/remote-host.ts'
import { podDetail, podTable } from '../say/pod-table.ts'
import { report } from '../say/report.ts'
import { allPods, checkNamed, isMany } from './all-pods.ts'

export const run: Run = async ({ args: [remote = '', ...names], isImplied, options }, context) => {
  const { output } = context
  isMany(names)
  const [name] = names
  const one = names.length > 1 || name === allPods ? undefined : name
  const usage = options.has('usage')
  if (options.has('watch')) {
    await (await import('./status-watch.ts')).watchStatus(
      { remote, names: name === allPods ? [] : names, usage, show },
      context,
    )
    return 0
  }
  return await withHost(remote, context, async host => {
    if (names.length > 1) return await showSeveral(host)
    const pods =
      one === undefined
        ? (await host.call('pod.list', { usage })).pods
        : [await host.call('pod.status', { name: one, usage })]
    const { value, text } = await show(pods)
    output.answer(value, () => text)
    return 0
  })

  async function showSeveral(host: RemoteHost): Promise<number> {
    const { pods } = await host.call('pod.list', { usage })
    checkNamed({ names, isImplied }, pods)
    const meant = names.flatMap(name => pods.find(pod => pod.name === name) ?? [])
    const { value, text } = await show(meant)
    if (meant.length > 0 || output.json) output.answer(value, () => text)
    const missing = names.filter(name => !pods.some(pod => pod.name === name))
    for (const name of missing) {
      await report(new P8aError('pod_not_found', `There is no pod ${JSON.stringify(name)}`), output)
    }
    return missing.length > 0 ? 1 : 0
  }

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

// pod status: all pods of a host in a table, or one in detail.
import type { PodStatus } from '../../protocol/words.ts'
import type { Run } from '../argv/command.ts'
import { type RemoteHost, withHost } from '../remote/remote-host.ts'
import { podDetail, podTable } from '../say/pod-table.ts'
import { allPods, checkedNames, isMany } from './named.ts'
import { OneByOne } from './one-by-one.ts'

export const run: Run = async ({ args: [remote = '', ...names], isImplied, options }, context) => {
  const { output } = context
  isMany(names)
  const [name] = names
  const one = names.length > 1 || name === allPods ? undefined : name
  const usage = options.has('usage')
  const several = new OneByOne(remote, output)
  if (options.has('watch')) {
    const meant = name === undefined || name === allPods ? undefined : await withHost(remote, context, podsOf)
    if (meant?.length === 0) return several.code
    const { watchStatus } = await import('./status-watch.ts')
    await watchStatus({ remote, names: meant?.map(pod => pod.name) ?? [], usage, show }, context)
    return several.code
  }
  return await withHost(remote, context, async host => {
    const pods = await podsOf(host)
    const { value, text } = await show(pods)
    if (names.length < 2 || pods.length > 0 || output.json) output.answer(value, () => text)
    return several.code
  })

  async function podsOf(host: RemoteHost): Promise<PodStatus[]> {
    if (names.length > 1) {
      const asked = await checkedNames(host, { names, isImplied })
      const pods = asked.map(
        async name => await several.one(async () => await host.call('pod.status', { name, usage })),
      )
      return (await Promise.all(pods)).filter(pod => pod !== undefined)
    }
    if (one === undefined) return (await host.call('pod.list', { usage })).pods
    return [await host.call('pod.status', { name: one, usage })]
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

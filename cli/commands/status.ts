// pod status: all pods of a host in a table, or one in detail.
import { once } from 'node:events'
import { P8aError } from '../../protocol/errors.ts'
import type { PodStatus } from '../../protocol/words.ts'
import type { Run } from '../argv/command.ts'
import { allPodsOf, pagesOf } from '../remote/pages.ts'
import { type RemoteHost, withHost } from '../remote/remote-host.ts'
import { podDetail, podTable } from '../say/pod-table.ts'
import { printErr } from '../say/print.ts'
import { tame } from '../say/tame.ts'
import { allPods, checkedNames, isMany } from './named.ts'
import { OneByOne } from './one-by-one.ts'

export const run: Run = async ({ args: [remote = '', ...names], isImplied, options }, context) => {
  const { output } = context
  isMany(names)
  const [name] = names
  const one = names.length > 1 || name === allPods ? undefined : name
  const usage = options.has('usage')
  const limit = options.wholeNumber('limit', { least: 1 })
  const after = options.text('after')
  const isPart = limit !== undefined || after !== undefined
  if (isPart && (one !== undefined || names.length > 1 || options.has('watch')))
    throw new P8aError('usage', '--limit and --after are for the list of all pods, once')
  const several = new OneByOne(remote, output)
  if (options.has('watch')) {
    const meant = name === undefined || name === allPods ? undefined : await withHost(remote, context, podsOf)
    if (meant?.length === 0) return several.code
    const { watchStatus } = await import('./status-watch.ts')
    await watchStatus({ remote, names: meant?.map(pod => pod.name) ?? [], usage, show }, context)
    return several.code
  }
  if (one === undefined && names.length < 2)
    return await withHost(remote, context, async host => {
      await printAll(host, { usage, ...(limit !== undefined && { limit }), ...(after !== undefined && { after }) })
      return several.code
    })
  return await withHost(remote, context, async host => {
    const pods = await podsOf(host)
    const { value, text } = await show(pods)
    if (names.length < 2 || pods.length > 0 || output.json) output.answer(value, () => text)
    return several.code
  })

  /** People see each page as it comes, so that nobody has all of many pods in memory. */
  async function printAll(host: RemoteHost, wanted: Parameters<typeof pagesOf>[1]): Promise<void> {
    const all: PodStatus[] = []
    let next: string | undefined
    let isFirst = true
    for await (const page of pagesOf(host, wanted)) {
      next = page.next
      if (output.json) for (const pod of page.pods) all.push(pod)
      else {
        const text = await listText(page.pods)
        // The head stands above the first page alone.
        const isOut = output.write(tame(isFirst ? text : text.slice(text.indexOf('\n') + 1)))
        if (!isOut) await once(process.stdout, 'drain')
      }
      isFirst = false
    }
    if (output.json) output.answer({ pods: all, ...(next !== undefined && { next }) }, () => '')
    else if (next !== undefined) {
      const more = output.command({ verb: 'status', remote, options: { limit: String(limit), after: next } })
      printErr(`There are more: ${more}\n`)
    }
  }

  async function podsOf(host: RemoteHost): Promise<PodStatus[]> {
    if (names.length > 1) {
      const asked = await checkedNames(host, { names, isImplied })
      const pods = asked.map(
        async name => await several.one(async () => await host.call('pod.status', { name, usage })),
      )
      return (await Promise.all(pods)).filter(pod => pod !== undefined)
    }
    if (one === undefined) return await allPodsOf(host, { usage })
    return [await host.call('pod.status', { name: one, usage })]
  }

  async function show(pods: PodStatus[]): Promise<{ value: unknown; text: string }> {
    const [pod] = pods
    if (one === undefined || !pod) return { value: { pods }, text: output.json ? '' : await listText(pods) }
    return { value: pod, text: output.json ? '' : await podDetail(pod, usage, output) }
  }

  async function listText(pods: Parameters<typeof podTable>[0]): Promise<string> {
    if (pods.length > 0) return await podTable(pods, usage, output)
    if (after !== undefined) return `No pods behind ${JSON.stringify(after)}`
    return `No pods yet. To push one: ${output.command({ verb: 'push', remote, args: ['NAME', 'FILE'] })}`
  }
}

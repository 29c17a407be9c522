// pod status: all pods of a host in a table, or one in detail.
import { once } from 'node:events'
import { P8aError } from '../../protocol/errors.ts'
import type { PodStatus } from '../../protocol/words.ts'
import type { Input, Run } from '../argv/command.ts'
import { pagesOf } from '../remote/pages.ts'
import { type RemoteHost, withHost } from '../remote/remote-host.ts'
import type { Output } from '../say/output.ts'
import { podDetail, podTable } from '../say/pod-table.ts'
import { printErr } from '../say/print.ts'
import { tame } from '../say/tame.ts'
import { allPods, checkedNames, isMany } from './named.ts'
import { OneByOne } from './one-by-one.ts'

type Asked = {
  remote: string
  names: readonly string[]
  isImplied: boolean | undefined
  /** The one pod that is shown in detail. */
  one: string | undefined
  usage: boolean
  limit: number | undefined
  after: string | undefined
}

export const run: Run = async (input, context) => {
  const asked = askedIn(input)
  const { remote, one, usage } = asked
  const { output } = context
  const several = new OneByOne(remote, output)
  const show = async (pods: PodStatus[]) => await shown(pods, asked, output)
  if (input.options.has('watch')) {
    const meant = isAll(asked) ? undefined : await withHost(remote, context, host => podsOf(host, asked, several))
    if (meant?.length === 0) return several.code
    const { watchStatus } = await import('./status-watch.ts')
    await watchStatus({ remote, names: meant?.map(pod => pod.name) ?? [], usage, show }, context)
    return several.code
  }
  return await withHost(remote, context, async host => {
    if (isAll(asked)) await printAll(host, asked, output)
    else {
      const pods = await podsOf(host, asked, several)
      const { value, text } = await show(pods)
      if (one !== undefined || pods.length > 0 || output.json) output.answer(value, () => text)
    }
    return several.code
  })
}

/** @throws {P8aError} `usage` */
function askedIn({ args: [remote = '', ...names], isImplied, options }: Input): Asked {
  isMany(names)
  const [name] = names
  const one = names.length > 1 || name === allPods ? undefined : name
  const limit = options.wholeNumber('limit', { least: 1 })
  const after = options.text('after')
  const isPart = limit !== undefined || after !== undefined
  if (isPart && (one !== undefined || names.length > 1 || options.has('watch')))
    throw new P8aError('usage', '--limit and --after are for the list of all pods, once')
  return { remote, names, isImplied, one, usage: options.has('usage'), limit, after }
}

const isAll = ({ names, one }: Asked): boolean => one === undefined && names.length < 2

/** People see each page as it comes, so that nobody has all of many pods in memory. */
async function printAll(host: RemoteHost, asked: Asked, output: Output): Promise<void> {
  const { remote, usage, limit, after } = asked
  const wanted = { usage, ...(limit !== undefined && { limit }), ...(after !== undefined && { after }) }
  const all: PodStatus[] = []
  let next: string | undefined
  let isFirst = true
  for await (const page of pagesOf(host, wanted)) {
    next = page.next
    if (output.json) for (const pod of page.pods) all.push(pod)
    else {
      const text = await listText(page.pods, asked, output)
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

async function podsOf(
  host: RemoteHost,
  { names, isImplied, one, usage }: Asked,
  several: OneByOne,
): Promise<PodStatus[]> {
  if (one !== undefined) return [await host.call('pod.status', { name: one, usage })]
  const found = (await checkedNames(host, { names: [...names], isImplied })).map(
    async name => await several.one(async () => await host.call('pod.status', { name, usage })),
  )
  return (await Promise.all(found)).filter(pod => pod !== undefined)
}

async function shown(pods: PodStatus[], asked: Asked, output: Output): Promise<{ value: unknown; text: string }> {
  const [pod] = pods
  if (asked.one === undefined || !pod)
    return { value: { pods }, text: output.json ? '' : await listText(pods, asked, output) }
  return { value: pod, text: output.json ? '' : await podDetail(pod, asked.usage, output) }
}

async function listText(
  pods: Parameters<typeof podTable>[0],
  { remote, usage, after }: Asked,
  output: Output,
): Promise<string> {
  if (pods.length > 0) return await podTable(pods, usage, output)
  if (after !== undefined) return `No pods behind ${JSON.stringify(after)}`
  return `No pods yet. To push one: ${output.command({ verb: 'push', remote, args: ['NAME', 'FILE'] })}`
}

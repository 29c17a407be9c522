// All pods of a host, page by page: a fleet may have more of them than one answer is to have.
import { P8aError } from '../../protocol/errors.ts'
import type { MethodInput, MethodResults } from '../../protocol/methods.ts'
import type { RemoteHost } from './remote-host.ts'

/** How many pods are asked for at once. */
const pageLength = 500

type Wanted = Pick<MethodInput<'pod.list'>, 'usage' | 'limit' | 'after'>
type Page = MethodResults['pod.list']

/**
 * @param wanted `limit`: so many in all
 * @returns pages in the order of names, none of them empty but the only one; the last one has a `next` where `limit` left something out
 */
export async function* pagesOf(host: Pick<RemoteHost, 'call'>, wanted: Wanted): AsyncGenerator<Page> {
  const { limit = Number.POSITIVE_INFINITY } = wanted
  let { after } = wanted
  for (let left = limit; left > 0; ) {
    const asked = { ...wanted, ...(after !== undefined && { after }), limit: Math.min(left, pageLength) }
    const page = await pageOf(host, asked, wanted)
    yield page
    left -= page.pods.length
    after = page.next
    if (after === undefined) return
  }
}

async function pageOf(host: Pick<RemoteHost, 'call'>, wanted: Wanted, all: Wanted): Promise<Page> {
  try {
    return await host.call('pod.list', wanted)
  } catch (error) {
    // An older host knows no pages: it gives all at once. One that has given a page does.
    if (!(error instanceof P8aError) || error.code !== 'bad_params' || wanted.after !== all.after) throw error
    return partOf(await host.call('pod.list', all.usage === undefined ? {} : { usage: all.usage }), all)
  }
}

function partOf({ pods }: Page, { limit, after }: Wanted): Page {
  const behind = pods.filter(({ name }) => after === undefined || name > after)
  const part = behind.slice(0, limit)
  const last = part.at(-1)
  return { pods: part, ...(last !== undefined && part.length < behind.length && { next: last.name }) }
}

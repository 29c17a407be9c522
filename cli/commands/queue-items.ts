// pod queue items: the items of a worker that are in a state.
import type { ItemInfo, ItemState } from '../../protocol/words-queue.ts'
import type { Context, Run } from '../argv/command.ts'
import type { Options } from '../argv/options.ts'
import { withHost } from '../remote/remote-host.ts'
import { table } from '../say/table.ts'
import { readState } from './chosen-items.ts'

export const run: Run = async ({ args: [remote = '', name = '', state = 'waiting'], options }, context) => {
  return await listItems({ remote, name, state: readState(state), options }, context)
}

export async function listItems(
  { remote, name, state, options }: { remote: string; name: string; state: ItemState; options: Options },
  context: Context,
): Promise<number> {
  const { output } = context
  const limit = options.wholeNumber('limit', { least: 1, most: 1000 })
  const offset = options.wholeNumber('offset')
  return await withHost(remote, context, async host => {
    const asked = { name, state, ...(limit !== undefined && { limit }), ...(offset !== undefined && { offset }) }
    const { items } = await host.call('queue.items', asked)
    const text = output.json || items.length === 0 ? '' : await tableOf(items, output)
    output.answer({ items }, () => text || `No items of ${name} are ${state}`)
    return 0
  })
}

async function tableOf(items: readonly ItemInfo[], output: Context['output']): Promise<string> {
  const rows = items.map(item => [
    item.id,
    `${item.fn}(${cut((JSON.stringify(item.args) ?? '').slice(1, -1))})`,
    `${item.attempt} of ${item.retries + 1}`,
    item.run ?? '-',
    item.endedAt ?? item.dueAt ?? item.begunAt ?? item.addedAt,
    item.error === undefined ? '' : cut(item.error),
  ])
  return await table(['ID', 'CALL', 'ATTEMPT', 'RUN', 'AT', 'ERROR'], rows, output)
}

const maxLength = 60

function cut(text: string): string {
  return text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text
}

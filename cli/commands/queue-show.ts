// pod queue show: an item, and what became of it.
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { facts } from '../say/table.ts'

export const run: Run = async ({ args: [remote = '', name = '', id = ''] }, context) => {
  const { output } = context
  return await withHost(remote, context, async host => {
    const item = await host.call('queue.item', { name, id })
    const { values: _, next: __, ...told } = item
    const rows = Object.entries(told).map(([key, value]): [string, string] => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ])
    const text = output.json ? '' : await facts(rows, output)
    output.answer(told, () => text)
    return 0
  })
}

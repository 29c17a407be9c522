// pod savings: how long pods have slept, and what that saved.
import { joinPath } from '../../protocol/names.ts'
import type { Saved } from '../../protocol/savings.ts'
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { ago, duration } from '../say/amounts.ts'
import { table } from '../say/table.ts'

export const run: Run = async ({ args: [remote = ''] }, context) => {
  const { output } = context
  return await withHost(remote, context, async host => {
    const saved = await host.call('host.savings', {})
    const { pods, total, currency, since } = saved
    const rows = [
      ...pods.map(pod => [joinPath(pod.path, pod.name), pod.isAsleep ? 'asleep' : 'awake', ...cells(pod, currency)]),
      ['all', '', ...cells(total, currency)],
    ]
    const header = ['POD', 'NOW', 'ASLEEP', 'NAPS', 'MEMORY SAVED', ...(total.price === undefined ? [] : ['WORTH'])]
    const text = output.json || total.naps === 0 ? '' : await table(header, rows, output)
    output.answer(saved, () =>
      text === '' ? 'No pod has slept' : `${text}\n\nSince ${ago(since, Date.now())}, as far as events are kept`,
    )
    return 0
  })
}

function cells({ asleepMs, naps, gigabyteHours, price }: Saved, currency: string): string[] {
  const worth = price === undefined ? [] : [`${price.toFixed(2)} ${currency}`]
  return [duration(asleepMs), String(naps), gigabyteHours === 0 ? '-' : `${hours(gigabyteHours)} GB·h`, ...worth]
}

/** Three digits that count. */
function hours(amount: number): string {
  return String(Number(amount.toPrecision(3)))
}

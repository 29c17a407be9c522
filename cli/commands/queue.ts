// pod queue: the queues of all workers, or of one.
import type { QueueInfo } from '../../protocol/words-queue.ts'
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { facts, table } from '../say/table.ts'

export const run: Run = async ({ args: [remote = '', name] }, context) => {
  const { output } = context
  return await withHost(remote, context, async host => {
    const { queues } = await host.call('queue.list', name === undefined ? {} : { name })
    // A fleet has one on each host.
    const only = name !== undefined && queues.length === 1 ? queues[0] : undefined
    const text = output.json ? '' : only ? await facts(factsOf(only), output) : await tableOf(queues, output)
    output.answer(only ?? { queues }, () => text || 'There are no workers')
    return 0
  })
}

async function tableOf(queues: readonly QueueInfo[], output: Parameters<typeof table>[2]): Promise<string> {
  if (queues.length === 0) return ''
  const head = ['NAME', 'WAITING', 'OLDEST', 'RUNNING', 'DELAYED', 'DEAD', 'A MINUTE', 'RUNS', 'WHY']
  const rows = queues.map(queue => {
    const { counts, worker } = queue
    if (queue.away !== undefined) return [queue.name, ...Array(7).fill('?'), queue.away]
    const cells = [
      counts.waiting + counts.held,
      age(queue),
      counts.running,
      counts.delayed,
      counts.dead + counts.expired,
      ratesOf(queue),
    ]
    return [queue.name, ...cells.map(String), worker ? runsOf(worker) : '-', whyOf(queue)]
  })
  return await table(head, rows, output)
}

function factsOf(queue: QueueInfo): [string, string][] {
  const { name, counts, worker } = queue
  return [
    ['name', name],
    ...Object.entries(counts).map(([state, count]): [string, string] => [state, queue.away ? '?' : String(count)]),
    ['oldest', age(queue)],
    ['a minute', ratesOf(queue)],
    ['runs', worker ? runsOf(worker) : '-'],
    ['why', whyOf(queue)],
  ]
}

function age({ oldestMs }: QueueInfo): string {
  if (oldestMs === undefined) return '-'
  if (oldestMs < 1000) return `${oldestMs}ms`
  return oldestMs < 120_000 ? `${Math.round(oldestMs / 1000)}s` : `${Math.round(oldestMs / 60_000)}m`
}

function ratesOf({ rates }: QueueInfo): string {
  return `${rates.added} in, ${rates.ended} out`
}

function runsOf({ status, runs, scale }: NonNullable<QueueInfo['worker']>): string {
  return status === 'up' || status === 'waiting' ? `${runs} of ${scale}` : status
}

function whyOf({ worker, away }: QueueInfo): string {
  return away ?? worker?.why ?? 'there is no such pod any more'
}

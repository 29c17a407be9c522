// pod host stop: ends the host on this machine and waits until it is gone.
import type { Run } from '../argv/command.ts'
import { withLocalHost } from '../host/local-host.ts'
import { processGone } from '../host/process-gone.ts'
import { count } from '../say/amounts.ts'
import type { Output } from '../say/output.ts'
import { spin } from '../say/spinner.ts'

export const run: Run = async ({ options }, context) => {
  const { output } = context
  const withPods = options.has('pods')
  return await withLocalHost(context, async client => {
    const stop = async () => {
      const { pid } = await client.call('host.info', {})
      const { pods } = await client.call('host.stop', { pods: withPods })
      await client.ended()
      await processGone(pid)
      return { pid, pods }
    }
    const { pid, pods } = await spin('Stopping the host', output, stop())
    output.answer({ stopped: true, pid, pods }, () => stoppedText({ pods, withPods }, output))
    return 0
  })
}

function stoppedText({ pods, withPods }: { pods: number; withPods: boolean }, output: Output): string {
  if (withPods) return 'The host and its pods are stopped'
  if (pods === 0) return 'The host is stopped'
  const start = output.command({ verb: 'host start', options: { detach: true } })
  const stop = output.command({ verb: 'host stop', options: { pods: true } })
  const [keep, them] = pods === 1 ? ['keeps', 'it'] : ['keep', 'them']
  return `The host is stopped. ${count(pods, 'pod')} ${keep} running, and the next host adopts ${them}\nTo stop pods too: ${start} && ${stop}`
}

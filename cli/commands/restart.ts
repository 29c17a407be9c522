// pod restart: stops a pod and starts its newest version.
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { podLine } from '../say/pod-table.ts'
import { spin } from '../say/spinner.ts'
import { reportStart } from './start-report.ts'

export const run: Run = async ({ args: [remote = '', name = ''], options }, context) => {
  const { output } = context
  return await withHost(remote, context, async host => {
    return await reportStart({ host, name, output }, async (): Promise<undefined> => {
      const pod = await spin(
        `Restarting ${name}`,
        output,
        host.call('pod.restart', { name, wait: !options.has('no-wait') }),
      )
      output.answer(pod, () => podLine(pod))
    })
  })
}

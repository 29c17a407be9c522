// pod wake: sees to it that a pod is up.
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { podLine } from '../say/pod-table.ts'
import { spin } from '../say/spinner.ts'
import { reportStart } from './start-report.ts'

export const run: Run = async ({ args: [remote = '', name = ''], options }, context) => {
  const { output } = context
  return await withHost(remote, context, async host => {
    return await reportStart({ host, name, output }, async (): Promise<undefined> => {
      const pod = await spin(`Waking ${name}`, output, host.call('pod.wake', { name, wait: !options.has('no-wait') }))
      output.answer(pod, () => podLine(pod))
    })
  })
}

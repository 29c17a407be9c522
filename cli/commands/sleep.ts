// pod sleep: puts a pod to sleep, which whoever connects wakes.
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { podLine } from '../say/pod-table.ts'
import { spin } from '../say/spinner.ts'
import { allPods, forAll } from './all-pods.ts'

export const run: Run = async ({ args: [remote = '', name = ''], options }, context) => {
  const { output } = context
  const wait = !options.has('no-wait')
  return await withHost(remote, context, async host => {
    if (name === allPods) {
      return await forAll({
        host,
        output,
        doing: 'Putting to sleep',
        only: ({ config, want, asleepSince }) =>
          config.listen !== undefined && want === 'up' && asleepSince === undefined,
        first: 'dependents',
        work: async pod => await host.call('pod.sleep', { name: pod, wait }),
        text: podLine,
      })
    }
    const pod = await spin(`Putting ${name} to sleep`, output, host.call('pod.sleep', { name, wait }))
    output.answer(pod, () => podLine(pod))
    return 0
  })
}

// pod sleep: puts a pod to sleep, which whoever connects wakes.
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { podLine } from '../say/pod-table.ts'
import { spin } from '../say/spinner.ts'
import { forAll } from './all-pods.ts'
import { isMany } from './named.ts'

export const run: Run = async ({ args: [remote = '', ...names], isImplied, options }, context) => {
  const { output } = context
  const wait = !options.has('no-wait')
  const [name = ''] = names
  const several = isMany(names)
  return await withHost(remote, context, async host => {
    if (several) {
      return await forAll({
        host,
        output,
        named: { names, isImplied },
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

// pod restart: stops a pod and starts its newest version.
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { podLine } from '../say/pod-table.ts'
import { spin } from '../say/spinner.ts'
import { forAll } from './all-pods.ts'
import { isMany } from './named.ts'
import { reportStart } from './start-report.ts'

export const run: Run = async ({ args: [remote = '', ...names], isImplied, options }, context) => {
  const { output } = context
  const [name = ''] = names
  const several = isMany(names)
  return await withHost(remote, context, async host => {
    const wait = !options.has('no-wait')
    if (several)
      return await forAll({
        host,
        output,
        named: { names, isImplied },
        doing: 'Restarting',
        only: ({ kind, want }) => kind === 'service' && want === 'up',
        first: 'needs',
        work: async name => await host.call('pod.restart', { name, wait }),
        text: podLine,
      })
    return await reportStart({ host, name, output }, async (): Promise<undefined> => {
      const pod = await spin(`Restarting ${name}`, output, host.call('pod.restart', { name, wait }))
      output.answer(pod, () => podLine(pod))
    })
  })
}

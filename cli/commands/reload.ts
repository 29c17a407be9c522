// pod reload: lets another run come up beside each run of a pod, and take its place.
import { maxScale } from '../../protocol/limits.ts'
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { podLine } from '../say/pod-table.ts'
import { forAll } from './all-pods.ts'
import { isMany } from './named.ts'
import { spinReload } from './reload-progress.ts'
import { reportStart } from './start-report.ts'

export const run: Run = async ({ args: [remote = '', ...names], isImplied, options }, context) => {
  const { output } = context
  const version = options.wholeNumber('to', { least: 1 })
  const width = options.wholeNumber('width', { least: 1, most: maxScale })
  const how = { wait: !options.has('no-wait'), ...(width !== undefined && { width }) }
  const [name = ''] = names
  const several = isMany(names)
  return await withHost(remote, context, async host => {
    if (several)
      return await forAll({
        host,
        output,
        named: { names, isImplied },
        doing: 'Reloading',
        only: ({ kind, want }) => kind === 'service' && want === 'up',
        first: 'needs',
        work: async name => await host.call('pod.reload', { name, ...how }),
        text: podLine,
      })
    return await reportStart({ host, name, output }, async (): Promise<undefined> => {
      const asked = { name, ...how, ...(version !== undefined && { version }) }
      const pod = await spinReload(
        host,
        { name, doing: `Reloading ${name}`, output },
        async () => await host.call('pod.reload', asked),
      )
      output.answer(pod, () => podLine(pod))
    })
  })
}

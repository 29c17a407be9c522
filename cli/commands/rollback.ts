// pod rollback: reloads a pod to what was up before.
import { maxScale } from '../../protocol/limits.ts'
import type { Run } from '../argv/command.ts'
import { versionOf } from '../argv/options.ts'
import { withHost } from '../remote/remote-host.ts'
import { podLine } from '../say/pod-table.ts'
import { spinReload } from './reload-progress.ts'
import { reportStart } from './start-report.ts'

export const run: Run = async ({ args: [remote = '', name = '', given], options }, context) => {
  const { output } = context
  const version = given === undefined ? undefined : versionOf(given)
  const width = options.wholeNumber('width', { least: 1, most: maxScale })
  return await withHost(remote, context, async host =>
    reportStart({ host, name, output }, async (): Promise<undefined> => {
      const asked = {
        name,
        wait: !options.has('no-wait'),
        ...(version !== undefined && { version }),
        ...(width !== undefined && { width }),
        ...(options.has('version-only') && { versionOnly: true }),
      }
      const pod = await spinReload(
        host,
        { name, doing: `Rolling ${name} back`, output },
        async () => await host.call('pod.rollback', asked),
      )
      output.answer(pod, () => podLine(pod))
    }),
  )
}

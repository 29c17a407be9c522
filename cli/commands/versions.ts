// pod versions: the versions of a pod that its host keeps, newest first.
import type { VersionInfo } from '../../protocol/words.ts'
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { ago, size } from '../say/amounts.ts'
import { type Cell, table } from '../say/table.ts'

export const run: Run = async ({ args: [remote = '', name = ''] }, context) => {
  const { output } = context
  return await withHost(remote, context, async host => {
    const { versions } = await host.call('pod.versions', { name })
    const head = ['VERSION', 'HASH', 'SIZE', 'PUSHED', 'FILE', 'RUNS']
    const rows = versions.toReversed().map(version => toRow(version, Date.now()))
    const text = output.json ? '' : await table(head, rows, output)
    output.answer({ versions }, () => text)
    return 0
  })
}

/** The one that is (to be) run stands out. */
function toRow(version: VersionInfo, now: number): Cell[] {
  return [
    [`v${version.version}${version.isWanted ? ' *' : ''}`, version.isWanted ? 'green' : 'dim'],
    version.hash.slice(0, 12),
    size(version.size),
    ago(version.pushedAt, now),
    version.file ?? '-',
    version.runs.length > 0 ? version.runs.join(', ') : '-',
  ]
}

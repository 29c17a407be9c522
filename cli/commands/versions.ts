// pod versions: the versions of a pod that its host keeps, newest first; what was begun of it; what changed between two.

import { P8aError } from '../../protocol/errors.ts'
import type { VersionInfo } from '../../protocol/words-version.ts'
import type { Run } from '../argv/command.ts'
import { versionOf } from '../argv/options.ts'
import { withHost } from '../remote/remote-host.ts'
import { ago, size } from '../say/amounts.ts'
import { type Cell, table } from '../say/table.ts'

export const run: Run = async ({ args: [remote = '', name = '', ...given], options }, context) => {
  const { output } = context
  const [from, to] = given.map(versionOf)
  if (from !== undefined && !options.has('diff'))
    throw new P8aError('usage', 'Cannot list single versions', { hint: 'To see what changed between two: --diff' })
  if (options.has('diff') && options.has('deploys')) throw new P8aError('usage', 'Cannot use --diff with --deploys')
  const asked = {
    name,
    ...(options.has('deploys') && { deploys: true }),
    ...(options.has('diff') && { diff: { ...(from !== undefined && { from }), ...(to !== undefined && { to }) } }),
  }
  return await withHost(remote, context, async host => {
    const answer = await host.call('pod.versions', asked)
    const { versions, deploys, diff } = answer
    const rows = () => versions.toReversed().map(version => toRow(version, Date.now()))
    const text = async () => {
      const { deploysTable, diffText } = await import('../say/version-change.ts')
      if (diff) return diffText(diff, { name })
      if (deploys) return await deploysTable(deploys, { versions, output })
      return await table(['VERSION', 'HASH', 'SIZE', 'PUSHED', 'BY', 'FILE', 'RUNS', 'MESSAGE'], rows(), output)
    }
    const shown = output.json ? '' : await text()
    output.answer(answer, () => shown)
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
    version.by ?? '-',
    version.file ?? '-',
    version.runs.length > 0 ? version.runs.join(', ') : '-',
    version.message ?? '',
  ]
}

// pod runs: the runs of a pod, those that ended too.
import type { RunInfo } from '../../protocol/methods.ts'
import type { Run } from '../commands.ts'
import { withHost } from '../remote-host.ts'
import { ago, duration, localTime } from '../render/amounts.ts'
import { endText } from '../render/run-end.ts'
import { type Cell, table } from '../render/table.ts'

export const run: Run = async ({ args: [remote = '', name = ''] }, context) => {
  const { output } = context
  return await withHost(remote, context, async host => {
    const { runs } = await host.call('pod.runs', { name })
    const head = ['RUN', 'SLOT', 'STATE', 'VERSION', 'PID', 'STARTED', 'LASTED', 'ENDED', 'HOW']
    const text = output.json || runs.length === 0 ? `${name} never ran` : await table(head, runs.map(toRow), output)
    output.answer({ runs }, () => text)
    return 0
  })
}

function toRow(run: RunInfo): Cell[] {
  const now = Date.now()
  const endedAt = run.endedAt === undefined ? now : Date.parse(run.endedAt)
  return [
    run.id,
    String(run.slot),
    [run.state, run.state === 'up' ? 'green' : 'dim'],
    `v${run.version}`,
    run.pid === undefined ? '-' : String(run.pid),
    localTime(run.startedAt),
    run.state === 'lost' ? '-' : duration(endedAt - Date.parse(run.startedAt)),
    run.endedAt === undefined ? '-' : ago(run.endedAt, now),
    run.end ? endText(run.end) : '',
  ]
}

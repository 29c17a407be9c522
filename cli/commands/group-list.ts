// pod group list: the names that mean several pods, with the share of each and whether it is up.
import type { PodStatus } from '../../protocol/words.ts'
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { table } from '../say/table.ts'

/** `hasPort`: whether a gateway can reach the pod. */
type Row = {
  group: string
  pod: string
  weight: number
  status: string
  hasPort: boolean
  sticky?: string
  routes: string[]
}

export const run: Run = async ({ args: [remote = ''] }, context) => {
  const { output } = context
  return await withHost(remote, context, async host => {
    const rows = rowsOf((await host.call('pod.list', {})).pods)
    const text = output.json || rows.length === 0 ? '' : await tableOf(rows, output)
    output.answer({ groups: rows }, () => text || 'There are no groups')
    return 0
  })
}

/** By group, in the order of their pods. */
function rowsOf(pods: readonly PodStatus[]): Row[] {
  const rows = pods.flatMap(({ name: pod, status, config, ports = [], groups = [] }) =>
    groups.map(({ name, weight, sticky, route = [] }) => {
      const routes = route.map(({ at }) => at)
      const hasPort = config.listen !== undefined || ports.length > 0
      return { group: name, pod, weight, status, hasPort, ...(sticky !== undefined && { sticky }), routes }
    }),
  )
  return rows.sort((a, b) => (a.group < b.group ? -1 : a.group > b.group ? 1 : 0))
}

async function tableOf(rows: readonly Row[], output: Parameters<typeof table>[2]): Promise<string> {
  const shareOf = ({ group, weight }: Row) => {
    const all = rows.filter(row => row.group === group).reduce((sum, row) => sum + row.weight, 0)
    return `${Math.round((1000 * weight) / all) / 10} %`
  }
  const cells = rows.map(row => [
    row.group,
    row.pod,
    String(row.weight),
    shareOf(row),
    // Calls reach it all the same.
    row.hasPort || row.routes.length === 0 ? row.status : `${row.status}, no port`,
    row.sticky ?? '-',
    row.routes.join(', ') || '-',
  ])
  return await table(['GROUP', 'POD', 'WEIGHT', 'SHARE', 'STATUS', 'STICKY', 'ROUTES'], cells, output)
}

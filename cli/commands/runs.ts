// pod runs: the runs of a pod, those that ended too.
import type { MethodInput } from '../../protocol/methods.ts'
import type { RunInfo } from '../../protocol/words.ts'
import type { Run } from '../argv/command.ts'
import type { Options } from '../argv/options.ts'
import { withHost } from '../remote/remote-host.ts'
import { ago, duration, localTime } from '../say/amounts.ts'
import type { Output } from '../say/output.ts'
import { endText } from '../say/run-end.ts'
import { type Cell, table } from '../say/table.ts'
import { readBeginning } from './read-time.ts'

export const run: Run = async ({ args: [remote = '', name], options }, context) => {
  const { output } = context
  const asked = await readOptions(options, output)
  return await withHost(remote, context, async host => {
    const { runs, total } = await host.call('pod.runs', { ...(name !== undefined && { name }), ...asked })
    const head = ['RUN', 'SLOT', 'STATE', 'VERSION', 'PID', 'STARTED', 'LASTED', 'ENDED', 'HOW']
    const text = output.json || runs.length === 0 ? noneText(name, asked) : await table(head, runs.map(toRow), output)
    const left = total - runs.length - (asked.offset ?? 0)
    output.answer({ runs, total }, () => (left > 0 ? `${text}\n${left} more: --offset, --limit` : text))
    return 0
  })
}

async function readOptions(options: Options, output: Output): Promise<Omit<MethodInput<'pod.runs'>, 'path' | 'name'>> {
  const limit = options.wholeNumber('limit', { least: 1, most: 1000, code: 'bad_params' })
  const offset = options.wholeNumber('offset', { code: 'bad_params' })
  const from = await options.read('since', readBeginning)
  if (from !== undefined) (await import('./tell-span.ts')).tellSpan({ since: from }, { output, goesOn: false })
  return {
    ...(from !== undefined && { since: from }),
    ...(limit !== undefined && { limit }),
    ...(offset !== undefined && { offset }),
    active: options.has('active'),
    failed: options.has('failed'),
  }
}

function noneText(name: string | undefined, { active, failed, since, offset }: MethodInput<'pod.runs'>): string {
  if (active || failed || since !== undefined || offset !== undefined) return 'There are no such runs'
  return name === undefined ? 'No pod has run yet' : `${name} has not run yet`
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

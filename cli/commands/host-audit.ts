// pod host audit: what was changed on the host on this machine, by whom, from where, and with what outcome.
import type { AuditEntry } from '../../protocol/words-host.ts'
import type { Run } from '../argv/command.ts'
import { withLocalHost } from '../host/local-host.ts'
import { localTime } from '../say/amounts.ts'
import { type Cell, table } from '../say/table.ts'

export const run: Run = async ({ options }, context) => {
  const { output } = context
  const limit = options.wholeNumber('lines', { least: 1, most: 10_000 })
  return await withLocalHost(context, async client => {
    const { entries } = await client.call('host.audit', limit === undefined ? {} : { limit })
    const text = output.json
      ? ''
      : await table(['TIME', 'WHO', 'FROM', 'VERB', 'WHAT', 'OUTCOME'], entries.map(rowOf), output)
    output.answer({ entries }, () => text)
    return 0
  })
}

function rowOf({ time, who, uid, from, verb, path, pod, token, outcome, count }: AuditEntry): Cell[] {
  const what = count === undefined ? [path, pod ?? token ?? ''].filter(Boolean).join('.') : `${count} times`
  const result: Cell = [outcome, outcome === 'ok' ? 'green' : 'yellow']
  return [localTime(time), uid === undefined ? who : `${who} (uid ${uid})`, from, verb, what, result]
}

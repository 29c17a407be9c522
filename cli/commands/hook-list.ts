// pod hook list: the webhooks of a host, and how far each is.
import type { HookInfo } from '../../protocol/hook.ts'
import { joinPath } from '../../protocol/names.ts'
import type { Run } from '../argv/command.ts'
import { withHost } from '../remote/remote-host.ts'
import { ago, duration } from '../say/amounts.ts'
import { type Cell, table } from '../say/table.ts'
import { tame } from '../say/tame.ts'

export const run: Run = async ({ args: [remote = ''] }, context) => {
  const { output } = context
  return await withHost(remote, context, async host => {
    const { hooks } = await host.call('hook.list', {})
    const now = Date.now()
    const rows = hooks.map(hook => rowOf(hook, now))
    const header = ['ID', 'ADDRESS', 'ON', 'ABOUT', 'AT', 'SENT', 'GIVEN UP', 'STATE']
    const text = output.json || rows.length === 0 ? '' : await table(header, rows, output)
    output.answer({ hooks }, () => text || 'There are no webhooks')
    return 0
  })
}

function rowOf({ id, url, types, path, name, after, delivered, dropped, trouble }: HookInfo, now: number): Cell[] {
  const about = name === undefined ? path || 'all' : joinPath(path, name)
  const counts = [String(after), String(delivered), String(dropped)]
  return [
    id,
    tame(url),
    types?.join(', ') ?? 'all',
    about,
    ...counts,
    trouble ? [stateOf(trouble, now), 'red'] : 'well',
  ]
}

function stateOf({ attempts, why, since, nextAt }: NonNullable<HookInfo['trouble']>, now: number): string {
  const nextMs = Date.parse(nextAt) - now
  const next = nextMs > 0 ? `in ${duration(nextMs)}` : 'is under way'
  return `not taken since ${ago(since, now)}: ${tame(why)}; attempt ${attempts + 1} ${next}`
}

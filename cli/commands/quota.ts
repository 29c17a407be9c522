// pod quota: what paths that are handed to others may have in all, and what is used of that; or sets it.
import { P8aError } from '../../protocol/errors.ts'
import { isWithin, joinPath, quote } from '../../protocol/names.ts'
import { type Quota, type QuotaChange, type QuotaInfo, type QuotaKey, quotaKeys } from '../../protocol/quota.ts'
import { sizeBytes, sizeText } from '../../protocol/size.ts'
import type { Context, Run } from '../argv/command.ts'
import { type Options, wholeNumber } from '../argv/options.ts'
import { withHost } from '../remote/remote-host.ts'
import { type Cell, table } from '../say/table.ts'

export const run: Run = async ({ args: [remote = '', path = ''], options }, context) => {
  const bounds = changeOf(options)
  if (bounds) return await set({ remote, path, bounds }, context)
  const { output } = context
  return await withHost(remote, context, async host => {
    const { quotas: all } = await host.call('quota.list', {})
    const at = joinPath(host.remote.path, path)
    const quotas = all.filter(quota => isWithin(at, quota.path))
    const rows = quotas.map(quota => [quota.path, ...quotaKeys.map(key => cellOf(quota, key))])
    const head = ['PATH', ...quotaKeys.map(key => key.toUpperCase())]
    const text = output.json || rows.length === 0 ? '' : await table(head, rows, output)
    output.answer({ quotas }, () => text || (at === '' ? 'There are no quotas' : `There is no quota at ${at}`))
    return 0
  })
}

type Asked = { remote: string; path: string; bounds: QuotaChange }

async function set({ remote, path, bounds }: Asked, context: Context): Promise<number> {
  if (path === '') {
    throw new P8aError('usage', 'Cannot set a quota without the path that is to have it', {
      hint: {
        text: 'Name the path within the remote; nobody sets the quota of their own',
        do: { verb: 'quota', args: ['PATH'], options: { pods: '10' }, remote },
      },
    })
  }
  return await withHost(remote, context, async host => {
    const quota = await host.call('quota.set', { tenant: path, bounds })
    const said = quotaKeys.flatMap(key => textOf(quota.bounds, key) ?? [])
    context.output.answer(quota, () =>
      said.length === 0 ? `${quota.path} has no quota` : `${quota.path} may have ${said.join(', ')}`,
    )
    return 0
  })
}

/** Undefined where nothing is to be set. */
function changeOf(options: Options): QuotaChange | undefined {
  if (options.has('none')) return Object.fromEntries(quotaKeys.map(key => [key, null]))
  const given = quotaKeys.flatMap(key => {
    const most = options.read(key, text => (text === 'none' ? null : readMost(key, text)))
    return most === undefined ? [] : [[key, most] as const]
  })
  return given.length === 0 ? undefined : Object.fromEntries(given)
}

/** @throws {P8aError} `usage` */
function readMost(key: QuotaKey, text: string): number {
  if (!isSize(key)) return wholeNumber(text, { what: `--${key}`, least: 0, most: 1e9 })
  const bytes = sizeBytes(text)
  if (bytes !== undefined) return bytes
  throw new P8aError('usage', `Cannot use --${key} ${quote(text)}: it is not an amount`, {
    hint: 'Write bytes, or a text such as 200MB or 1.5GB',
    facts: { option: key },
  })
}

function cellOf({ bounds, used }: QuotaInfo, key: QuotaKey): Cell {
  const text = isSize(key) ? sizeText(used[key]) : String(used[key])
  const most = bounds[key]
  if (most === undefined) return [text, 'dim']
  const cell = `${text} of ${isSize(key) ? sizeText(most) : most}`
  return used[key] >= most ? [cell, 'yellow'] : cell
}

function textOf(bounds: Quota, key: QuotaKey): string | undefined {
  const most = bounds[key]
  return most === undefined ? undefined : isSize(key) ? `${sizeText(most)} of ${key}` : `${most} ${key}`
}

function isSize(key: QuotaKey): boolean {
  return key === 'memory' || key === 'images'
}

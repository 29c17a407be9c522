// `quota.list`, `quota.set`: what a path that is handed to others may have in all, and what is used of it.
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import { joinPath, quote } from '../../protocol/names.ts'
import { changedQuota, type Quota, type QuotaInfo } from '../../protocol/quota.ts'
import { writeQuotas } from '../store/quotas-file.ts'
import { isHostPath } from '../tree/host-path.ts'
import { itemsWithin, shareItems } from './item-shares.ts'
import type { Site } from './verb.ts'

/** A name of no pod, under which changes of quotas take their turn. */
const turn = 'quotas.json'

export async function listQuotas(site: Site): Promise<MethodResults['quota.list']> {
  const { path, tenants } = site
  return { quotas: await Promise.all(tenants.quotas.within(path).map(async of => await infoOf(site, of))) }
}

/**
 * Whoever asks is at a path around that of the tenant, so nobody changes their own quota. What is there already stays, also where it
 * is more than the quota allows from now on.
 * @throws {P8aError} `bad_name`, `no_space`, `save_failed`
 */
export async function setQuota(
  { path, tenants, daemon: { hosts }, seams: { log } }: Site,
  { tenant, bounds: change }: MethodParams<'quota.set'>,
): Promise<MethodResults['quota.set']> {
  if (!isHostPath(tenant)) throw noTenant(path, tenant)
  const of = joinPath(path, tenant)
  return await hosts.root.pods.turns.take(turn, async () => {
    const { quotas } = tenants
    const bounds = changedQuota(quotas.get(of), change)
    const all = new Map(quotas.all)
    if (Object.keys(bounds).length > 0) all.set(of, bounds)
    else all.delete(of)
    await writeQuotas(hosts.root.seams.paths, all)
    quotas.replace(all)
    log.info('verb', `quota of ${of} is set`, { bounds })
    await shareItems(hosts)
    return { path: of, bounds }
  })
}

async function infoOf(
  { tenants, daemon: { bounds: watched, hosts } }: Site,
  { path, bounds }: { path: string; bounds: Quota },
): Promise<QuotaInfo> {
  const [memory, items] = await Promise.all([watched.memoryOf(path), itemsWithin(hosts, path)])
  return { path, bounds, used: { ...tenants.used(path), memory, items } }
}

function noTenant(path: string, tenant: string): P8aError {
  const hint = tenant === '' ? 'Nobody sets a quota of their own host: name a path within it' : undefined
  return new P8aError(
    'bad_name',
    `Cannot set a quota of ${quote(tenant)}: it is not the path of a host within ${quote(path)}`,
    {
      hint: hint ?? 'A path has names with dots between them, such as team or team.tools',
      facts: { path, tenant: tenant.slice(0, 100) },
    },
  )
}

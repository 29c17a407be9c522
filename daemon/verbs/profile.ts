// `profile.list`, `profile.set`, `profile.remove`: policy that has a name, in all pods that name it.
import type { PodConfig } from '../../protocol/config.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import { checkName, quote } from '../../protocol/names.ts'
import { type Applied, type ProfileInfo, profileConfig } from '../../protocol/profile.ts'
import { type Desired, inPlaceOf } from '../store/desired.ts'
import { eraseProfile, profileNames, readProfile, writeProfile } from '../store/profiles-file.ts'
import { withoutValues } from '../tree/in-force-told.ts'
import type { Place } from '../tree/place.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'
import { noted } from './deploys.ts'
import { refuseBeyond } from './may.ts'
import { podHost } from './pod-host.ts'
import { profiled } from './profiled.ts'
import type { Caller, Site } from './verb.ts'

/** A name of no pod, under which changes of profiles take their turn. */
const turn = 'profiles/'

export async function listProfiles(site: Site): Promise<MethodResults['profile.list']> {
  const { paths } = site.seams
  const info = async (name: string): Promise<ProfileInfo> => {
    const pods = having(site, name).map(pod => pod.name)
    try {
      return { name, config: withoutValues(await readProfile(paths, name)), pods }
    } catch (error) {
      return { name, config: {}, pods, problem: (error as Error).message }
    }
  }
  return { profiles: await Promise.all((await profileNames(paths)).map(info)) }
}

/**
 * @throws {P8aError} `bad_name`, `bad_config`, `profile_not_found`, `forbidden` for a `may` beyond the asker's; `port_taken` and
 *   `route_taken` where a pod could not have it; `no_space`, `save_failed`
 */
export async function setProfile(
  site: Site,
  { profile, config: given, wait }: MethodParams<'profile.set'>,
  { by }: Caller<'profile.set'>,
): Promise<MethodResults['profile.set']> {
  const name = checkName(profile, 'profile')
  return await site.pods.turns.take(turn, async () => {
    const { paths, log } = site.seams
    const config = given ? profileConfig(given) : await readProfile(paths, name)
    refuseBeyond(by, name, config)
    const { min = 0, max = min } = config
    if (min > max) throw contradicts(name, { min, max })
    const pods = having(site, name)
    for (const pod of pods) await check(site, pod, { name, config })
    if (given) await writeProfile(paths, name, config)
    log.info('verb', `profile ${name} is set`, { keys: Object.keys(config) })
    const applied: Applied[] = []
    for (const pod of pods) applied.push(await apply(site, pod, { by: by.name, wait }))
    return { name, config: withoutValues(config), pods: applied }
  })
}

/** @throws {P8aError} `profile_not_found`, `profile_in_use` */
export async function removeProfile(
  site: Site,
  { profile: name }: MethodParams<'profile.remove'>,
): Promise<MethodResults['profile.remove']> {
  return await site.pods.turns.take(turn, async () => {
    const { paths, log } = site.seams
    const names = await profileNames(paths)
    // It says which there are.
    if (!names.includes(name)) await readProfile(paths, name)
    const pods = having(site, name).map(pod => pod.name)
    if (pods.length > 0) throw inUse(name, pods)
    await eraseProfile(paths, name)
    log.info('verb', `profile ${name} is removed`)
    return { name, removed: true }
  })
}

/** The pods that name it, by name. */
function having({ pods }: Place, profile: string): PodSupervisor[] {
  const all = pods.all().map(({ supervisor }) => supervisor)
  return all
    .filter(({ inForce }) => inForce?.config.profile?.includes(profile))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Whether a pod could have what it is about to say. */
async function check(site: Site, pod: PodSupervisor, set: { name: string; config: PodConfig }): Promise<void> {
  const { desired } = pod.inForce ?? {}
  if (!desired) return
  try {
    await podHost(site).checkReach(pod, await profiled(site, pod.name, desired, set))
  } catch (error) {
    if (!(error instanceof P8aError)) throw error
    throw new P8aError(
      error.code,
      `Pod ${quote(pod.name)} could not have profile ${quote(set.name)}: ${error.message}`,
      {
        hint: error.hint ?? '',
        facts: { ...error.facts, pod: pod.name, profile: set.name },
        cause: error,
      },
    )
  }
}

/** Puts what the profiles of a pod say in force. It is saved by now, so that what fails here fails for this pod alone. */
async function apply(site: Site, pod: PodSupervisor, how: { by: string; wait: boolean }): Promise<Applied> {
  try {
    const done = await change(site, pod)
    if (done !== 'reload') return { pod: pod.name, how: done }
    const begun = { kind: 'reload', by: how.by, waits: how.wait } as const
    const { version = 0 } = pod.inForce?.desired ?? {}
    const params = { path: site.path, hops: 0, name: pod.name, version, width: 1, wait: how.wait }
    await noted(site, pod, begun, () => pod.keeping.reload(podHost(site), params))
    return { pod: pod.name, how: 'reloaded' }
  } catch (error) {
    if (!(error instanceof P8aError)) throw error
    return { pod: pod.name, how: 'failed', why: error.message }
  }
}

type Change = Exclude<Applied['how'], 'failed' | 'reloaded'> | 'reload'

/** All that needs no other process. */
async function change(site: Site, pod: PodSupervisor): Promise<Change> {
  let how: Change = 'same'
  await podHost(site).change(pod, async before => {
    const next: Desired = await profiled(site, pod.name, before)
    const isSame = JSON.stringify(next.profiles) === JSON.stringify(before.profiles)
    if (isSame) return before
    const runs = pod.keeping.isDeployed && before.want === 'up'
    const inPlace = runs ? inPlaceOf(before, next) : next
    how = inPlace === undefined ? 'reload' : runs ? 'in-place' : 'next-start'
    return inPlace ?? before
  })
  return how
}

/** Whatever a pod says itself, it could not have both. */
function contradicts(profile: string, { min, max }: { min: number; max: number }): P8aError {
  return new P8aError(
    'bad_config',
    `Cannot set profile ${quote(profile)}: it has a min of ${min}, and a max of ${max}`,
    {
      hint: 'Let max be as large as min, or larger',
      facts: { profile, key: 'min' },
    },
  )
}

function inUse(name: string, pods: readonly string[]): P8aError {
  return new P8aError(
    'profile_in_use',
    `Cannot remove profile ${quote(name)}: ${pods.join(', ')} ${pods.length === 1 ? 'has' : 'have'} it`,
    {
      hint: {
        text: 'Start them without it first',
        do: { verb: 'start', args: ['NAME'], options: { profile: 'OTHER' } },
      },
      facts: { profile: name, pods: [...pods] },
    },
  )
}

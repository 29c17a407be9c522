// What profiles say of a pod that names some: it is read when the pod is begun, and kept with what is wanted of it.
import type { PodConfig } from '../../protocol/config.ts'
import { readImage } from '../image/store.ts'
import { type InForce, inForceOf } from '../pod/in-force.ts'
import { type Desired, imageOf, type KeptProfile } from '../store/desired.ts'
import { readProfile } from '../store/profiles-file.ts'
import type { Place } from '../tree/place.ts'

/** What would be in force of it. @throws {P8aError} what `readImage` throws */
export async function inForceWith({ pods, seams }: Place, name: string, desired: Desired): Promise<InForce> {
  const hash = imageOf(desired)?.hash ?? ''
  const known = pods.find(name)?.supervisor.inForce?.image
  const image = known?.hash === hash ? known : await readImage(seams.paths, hash)
  return inForceOf(desired, image)
}

/** The config alone. @throws {P8aError} what `readImage` throws */
export async function configFor(place: Place, name: string, desired: Desired): Promise<PodConfig> {
  return (await inForceWith(place, name, desired)).config
}

/**
 * What is wanted of a pod, with what the profiles say now that it names.
 * @param set a profile that is about to be saved
 * @throws {P8aError} `profile_not_found`, `bad_config`, `state_broken`
 */
export async function profiled(place: Place, pod: string, desired: Desired, set?: KeptProfile): Promise<Desired> {
  const { profiles: _, ...rest } = desired
  const { profile: names = [] } = await configFor(place, pod, rest)
  if (names.length === 0) return rest
  const read = async (name: string) =>
    name === set?.name ? set : { name, config: await readProfile(place.seams.paths, name) }
  return { ...rest, profiles: await Promise.all(names.map(read)) }
}

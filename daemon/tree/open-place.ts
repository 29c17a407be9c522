// Makes all that a host has for its pods. Nothing is read yet.
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'
import { changePod } from './change-pod.ts'
import type { Place } from './place.ts'
import { PodFiles } from './pod-files.ts'
import { Pods } from './pods.ts'
import { Schedules } from './schedules.ts'
import type { PodNeeds } from './supervisor.ts'
import { wakeDependents } from './wake-dependents.ts'

/** `detach` ends all waiting; processes go on. */
export type OpenPlace = Place & { detach(): void }

export function openPlace(needs: PodNeeds): OpenPlace {
  const pods = new Pods()
  const place = { path: needs.path, seams: needs, pods, files: new PodFiles(needs, pods) }
  wakeDependents(pods)
  const schedules = new Schedules(needs, { renew: async name => await renew(place, name) })
  pods.watch({
    onChanged: supervisor => schedules.look(supervisor),
    onForgotten: name => schedules.forget(name),
  })
  const detach = () => {
    pods.detach()
    schedules.detach()
  }
  return { ...place, detach }
}

/** Begins a service anew, as it was started last. */
async function renew(place: Place, name: string): Promise<void> {
  await changePod(place, name, desired => {
    if (!desired) throw new P8aError('pod_not_found', `There is no pod ${quote(name)}`)
    return { ...desired, generation: desired.generation + 1 }
  })
}

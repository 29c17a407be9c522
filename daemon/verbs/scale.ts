// `pod.scale`: sets how many runs a pod has.
import type { MethodParams } from '../../protocol/methods.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { changePod } from '../tree/change-pod.ts'
import type { Place } from '../tree/place.ts'
import { wholeStatusOf } from '../tree/pod-status.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'
import { known } from './edit.ts'
import { outcome } from './outcome.ts'

/** @throws {P8aError} `pod_not_found`, `start_failed`, `state_broken`, `no_space`, `save_failed` */
export async function scale(place: Place, params: MethodParams<'pod.scale'>): Promise<PodStatus> {
  const { supervisor } = place.pods.get(params.name)
  await changePod(place, params.name, desired => {
    place.seams.log.info('verb', `scale to ${params.scale}`, { pod: params.name })
    return { ...known(place.pods, supervisor, desired), scale: params.scale }
  })
  if (supervisor.isScript) {
    supervisor.scripts.onCapChanged()
    return wholeStatusOf(place, supervisor)
  }
  return await outcome(place, supervisor, { wait: params.wait, isSettled: () => !hasSurplus(supervisor) })
}

/** Runs beyond what is wanted now, which may be more than this verb asked for. */
function hasSurplus(supervisor: PodSupervisor): boolean {
  const scale = supervisor.inForce?.scale ?? 0
  return [...supervisor.runs.values()].some(live => live.slot >= scale)
}

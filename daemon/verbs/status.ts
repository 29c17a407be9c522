// `pod.status`: how a pod is.
import type { MethodParams } from '../../protocol/methods.ts'
import type { PodStatus } from '../../protocol/words.ts'
import type { Place } from '../tree/place.ts'
import { wholeStatusOf } from '../tree/pod-status.ts'
import { addUsage } from './usage.ts'

/** @throws {P8aError} `pod_not_found` */
export async function status(place: Place, { name, usage }: MethodParams<'pod.status'>): Promise<PodStatus> {
  const status = wholeStatusOf(place, place.pods.get(name).supervisor)
  if (usage) await addUsage(status)
  return status
}

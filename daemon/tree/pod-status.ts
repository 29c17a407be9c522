// What a pod looks like from outside when it is asked for alone: with its versions.
import type { PodStatus } from '../../protocol/words.ts'
import { imagesOf } from './in-force-told.ts'
import type { Pod, Seen } from './keeping/keeping.ts'

export function wholeStatusOf(place: Seen, pod: Pod): PodStatus {
  return { ...pod.keeping.status(place), images: imagesOf(pod) }
}

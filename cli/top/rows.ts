// Which pods the live table shows, in which order, and which of them keys are about. Pure.
import { fullName, podsFor } from '../../protocol/pod-order.ts'
import type { PodStatus } from '../../protocol/words.ts'
import type { Top } from './state.ts'

export function shownPods({ pods, filter, order, usage, isReversed }: Top): PodStatus[] {
  const found = podsFor(pods.values(), { text: filter, shown: undefined, order, usage })
  return isReversed ? found.reverse() : found
}

/** Where the chosen pod stands; the first, if none was chosen or it is gone. */
export function chosenAt(top: Top, shown: readonly PodStatus[]): number {
  const at = shown.findIndex(pod => fullName(pod) === top.chosen)
  return Math.max(0, at)
}

export function chosenPod(top: Top): PodStatus | undefined {
  const shown = shownPods(top)
  return shown[chosenAt(top, shown)]
}

// What an edit of what is wanted of a pod begins with.
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'
import type { Desired } from '../store/desired.ts'
import type { Pod } from '../tree/keeping/keeping.ts'
import type { Pods } from '../tree/pods.ts'

/**
 * What was wanted until now.
 * @throws {P8aError} `pod_not_found` where another pod has the name by now; `state_broken` where that cannot be read
 */
export function known(pods: Pods, pod: Pod, desired: Desired | undefined): Desired {
  if (pods.get(pod.name).supervisor !== pod) {
    throw new P8aError(
      'pod_not_found',
      `Cannot change pod ${quote(pod.name)}: it was removed and pushed again meanwhile`,
      {
        hint: 'Try again',
        facts: { pod: pod.name },
      },
    )
  }
  if (desired) return desired
  throw new P8aError('state_broken', pod.problem ?? `Cannot use pod ${quote(pod.name)}: its files cannot be read`, {
    hint: {
      text: 'Repair its pod.json, push the pod again, or remove it',
      do: { verb: 'remove', args: [pod.name], options: { force: true } },
    },
    facts: { pod: pod.name },
  })
}

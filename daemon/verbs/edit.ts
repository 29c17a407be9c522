// What an edit of what is wanted of a pod begins with.
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'
import { type Desired, imageOf } from '../store/desired.ts'
import type { Pods } from '../tree/pods.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'

/**
 * What was wanted until now.
 * @throws {P8aError} `pod_not_found` where another pod has the name by now; `state_broken` where that cannot be read
 */
export function known(pods: Pods, supervisor: PodSupervisor, desired: Desired | undefined): Desired {
  if (pods.get(supervisor.name).supervisor !== supervisor) {
    throw new P8aError(
      'pod_not_found',
      `Cannot change pod ${quote(supervisor.name)}: it was removed and pushed again meanwhile`,
      {
        hint: 'Try again',
        facts: { pod: supervisor.name },
      },
    )
  }
  if (desired) return desired
  throw new P8aError(
    'state_broken',
    supervisor.problem ?? `Cannot use pod ${quote(supervisor.name)}: its files cannot be read`,
    {
      hint: {
        text: 'Repair its pod.json, push the pod again, or remove it',
        do: { verb: 'remove', args: [supervisor.name], options: { force: true } },
      },
      facts: { pod: supervisor.name },
    },
  )
}

/**
 * The newest version, or that one, begun anew: what was before does not count.
 * @throws {P8aError} `version_not_found`
 */
export function renewed(desired: Desired, name: string, version?: number): Desired {
  const wanted = version ?? desired.images.at(-1)?.version ?? 0
  if (version !== undefined && !imageOf(desired, version)) throw noVersion(desired, name, version)
  return { ...desired, version: wanted, generation: desired.generation + 1 }
}

function noVersion({ images }: Desired, name: string, version: number): P8aError {
  const kept = images.map(image => `v${image.version}`)
  return new P8aError('version_not_found', `Pod ${quote(name)} has no version ${version}`, {
    hint: { text: `Those that are kept are ${kept.join(', ')}`, do: { verb: 'versions', args: [name] } },
    facts: { pod: name, version },
  })
}

// `pod.restart`: ends all runs of a pod, and begins them anew with the newest version, or another.
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams } from '../../protocol/methods.ts'
import { quote } from '../../protocol/names.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { changePod } from '../tree/change-pod.ts'
import type { Place } from '../tree/place.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'
import { known, renewed } from './edit.ts'
import { outcome } from './outcome.ts'
import { startNeeds } from './start-needs.ts'

/** @throws {P8aError} `pod_not_found`, `unsupported` for a script, `version_not_found`, `start_failed`, `state_broken`, `no_space`, `save_failed` */
export async function restart(place: Place, params: MethodParams<'pod.restart'>): Promise<PodStatus> {
  const { supervisor } = place.pods.get(params.name)
  if (supervisor.isScript) throw noRestart(supervisor)
  const firstRun = supervisor.lastNumber + 1
  await changePod(place, params.name, desired => {
    place.seams.log.info('verb', 'restart', { pod: params.name })
    return renewed({ ...known(place.pods, supervisor, desired), want: 'up' }, params.name, params.version)
  })
  // Those of the newest version, which is in force now; it waits for them.
  await startNeeds(place, { name: params.name, needs: undefined })
  return await outcome(place, supervisor, { wait: params.wait, firstRun })
}

function noRestart({ name }: PodSupervisor): P8aError {
  return new P8aError('unsupported', `Cannot restart pod ${quote(name)}: each start of a script is a run of its own`, {
    hint: { text: 'Start it', do: { verb: 'start', args: [name] } },
    facts: { pod: name },
  })
}

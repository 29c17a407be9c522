// `pod.wake`: sees to it that a pod is up, however many ask for that at once.
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams } from '../../protocol/methods.ts'
import { quote } from '../../protocol/names.ts'
import type { PodStatus } from '../../protocol/words.ts'
import type { Desired } from '../store/desired.ts'
import { changePod } from '../tree/change-pod.ts'
import type { Place } from '../tree/place.ts'
import { wholeStatusOf } from '../tree/pod-status.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'
import { known } from './edit.ts'
import { outcome } from './outcome.ts'
import { startNeeds } from './start-needs.ts'

/**
 * One that is idle, or was given up, is started as it was started last, with the version that it had. One that is up is answered
 * at once; one that is on its way there, or waits for its next attempt, is waited for.
 * @throws {P8aError} `pod_not_found`, `unsupported` for a script, `start_failed`, `state_broken`, `no_space`, `save_failed`
 */
export async function wake(place: Place, { name, wait }: MethodParams<'pod.wake'>): Promise<PodStatus> {
  const { supervisor } = place.pods.get(name)
  if (supervisor.isScript) throw noWake(supervisor)
  if (supervisor.state === 'up') return wholeStatusOf(place, supervisor)
  const firstRun = supervisor.lastNumber + 1
  if (isAsleep(supervisor)) {
    await startNeeds(place, { name, needs: undefined })
    await changePod(place, name, desired => {
      const before = known(place.pods, supervisor, desired)
      // Another who woke it was faster.
      if (!isAsleep(supervisor)) return before
      place.seams.log.info('verb', 'wake', { pod: name })
      return awake(before)
    })
  }
  return await outcome(place, supervisor, { wait, firstRun })
}

/** Whether nothing is under way that would lead to its being up. */
function isAsleep({ inForce, state }: PodSupervisor): boolean {
  return inForce?.desired.want !== 'up' || state === 'error' || state === 'idle'
}

function awake(desired: Desired): Desired {
  const version = desired.version === 0 ? (desired.images.at(-1)?.version ?? 0) : desired.version
  return { ...desired, version, want: 'up', generation: desired.generation + 1 }
}

function noWake({ name }: PodSupervisor): P8aError {
  return new P8aError('unsupported', `Cannot wake pod ${quote(name)}: each start of a script is a run of its own`, {
    hint: { text: 'Start it', do: { verb: 'start', args: [name] } },
    facts: { pod: name },
  })
}

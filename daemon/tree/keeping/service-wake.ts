// How a service is woken: one that sleeps is started as it was started last, however many ask for that at once.
import type { MethodParams } from '../../../protocol/methods.ts'
import type { PodStatus } from '../../../protocol/words.ts'
import { type Desired, nextGeneration } from '../../store/desired.ts'
import { wholeStatusOf } from '../pod-status.ts'
import type { Pod, PodHost } from './keeping.ts'
import { outcome } from './outcome.ts'
import { startNeeds } from './start-needs.ts'

/** @throws {P8aError} `start_failed`, `state_broken`, `no_space`, `save_failed` */
export async function wakeService(
  host: PodHost,
  { pod, retry }: { pod: Pod; retry: () => Promise<void> },
  { wait }: MethodParams<'pod.wake'>,
): Promise<PodStatus> {
  if (pod.state === 'up') return wholeStatusOf(host, pod)
  const firstRun = pod.lastNumber + 1
  if (pod.asleep) {
    await startNeeds(host, pod)
    host.wake(pod)
  } else if (pod.inForce?.desired.want === 'up' && pod.state === 'error') {
    host.seams.log.info('verb', 'wake', { pod: pod.name })
    // Runs that are well are left alone.
    await retry()
  } else if (isAsleep(pod)) {
    await startNeeds(host, pod)
    await host.change(pod, before => {
      // Another who woke it was faster.
      if (!isAsleep(pod)) return before
      host.seams.log.info('verb', 'wake', { pod: pod.name })
      return awake(before)
    })
  }
  return await outcome(host, pod, { wait, firstRun })
}

/** Whether nothing is under way that would lead to its being up. */
function isAsleep({ inForce, state }: Pod): boolean {
  return inForce?.desired.want !== 'up' || state === 'idle'
}

function awake(desired: Desired): Desired {
  const version = desired.version === 0 ? (desired.images.at(-1)?.version ?? 0) : desired.version
  return { ...desired, version, want: 'up', generation: nextGeneration(desired) }
}

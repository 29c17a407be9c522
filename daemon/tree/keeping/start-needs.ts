// Starts what a pod needs before the pod itself.
import { P8aError } from '../../../protocol/errors.ts'
import { quote } from '../../../protocol/names.ts'
import { needsOf, refuseCycle } from '../needs.ts'
import type { Pod, PodHost } from './keeping.ts'
import { outcome } from './outcome.ts'
import { renewed } from './renewed.ts'

/**
 * What a pod needs is started before it, as it was started last, and is up by then.
 * @param given what it needs, where it is about to be given that
 * @throws {P8aError} `needs_cycle`, `start_failed`, `state_broken`, `no_space`, `save_failed`
 */
export async function startNeeds(host: PodHost, pod: Pod, given?: readonly string[]): Promise<void> {
  const needs = given ?? needsOf(pod)
  const graph = (other: string) => {
    const found = host.find(other)
    return found ? needsOf(found) : []
  }
  refuseCycle(pod.name, needs, graph)
  for (const name of needs) {
    const need = host.find(name)
    if (!need) throw noNeed(pod.name, { need: name, why: 'there is no such pod' })
    need.keeping.refuseNeed(pod.name)
    await startNeeds(host, need)
    if (need.asleep) host.wake(need)
    else if (need.inForce?.desired.want !== 'up' || need.state === 'error') {
      await host.change(need, desired => {
        host.seams.log.info('verb', `start, since ${pod.name} needs it`, { pod: name })
        return renewed({ ...desired, want: 'up' }, name)
      })
    }
    await outcome(host, need, { wait: true })
  }
}

/** Why `pod` cannot be started: what is wrong with a pod that it needs. */
export function noNeed(pod: string, { need, why }: { need: string; why: string }): P8aError {
  return new P8aError('start_failed', `Cannot start pod ${quote(pod)}: it needs ${quote(need)}, and ${why}`, {
    hint: { text: 'Push it first', do: { verb: 'push', args: [need, 'FILE'] } },
    facts: { pod, need },
  })
}

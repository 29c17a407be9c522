// Starts what a pod needs before the pod itself.
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'
import { changePod } from '../tree/change-pod.ts'
import { needsOf, refuseCycle } from '../tree/needs.ts'
import type { Place } from '../tree/place.ts'
import { known, renewed } from './edit.ts'
import { outcome } from './outcome.ts'

/** What a pod needs is started before it, as it was started last, and is up by then. */
export async function startNeeds(
  place: Place,
  { name, needs: given }: { name: string; needs: readonly string[] | undefined },
): Promise<void> {
  const needs = given ?? needsOf(place.pods.get(name).supervisor)
  const graph = (other: string) => {
    const found = place.pods.find(other)
    return found ? needsOf(found.supervisor) : []
  }
  refuseCycle(name, needs, graph)
  for (const need of needs) {
    const { supervisor } = place.pods.find(need) ?? {}
    if (!supervisor || supervisor.isScript) throw noNeed(name, need, supervisor !== undefined)
    await startNeeds(place, { name: need, needs: undefined })
    if (supervisor.inForce?.desired.want !== 'up' || supervisor.state === 'error') {
      await changePod(place, need, desired => {
        place.seams.log.info('verb', `start, since ${name} needs it`, { pod: need })
        return renewed({ ...known(place.pods, supervisor, desired), want: 'up' }, need)
      })
    }
    await outcome(place, supervisor, { wait: true })
  }
}

function noNeed(name: string, need: string, isScript: boolean): P8aError {
  const why = isScript ? 'that is a script, which is never up' : 'there is no such pod'
  return new P8aError('start_failed', `Cannot start pod ${quote(name)}: it needs ${quote(need)}, and ${why}`, {
    hint: { text: 'Push it first', do: { verb: 'push', args: [need, 'FILE'] } },
    facts: { pod: name, need },
  })
}

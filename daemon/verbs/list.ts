// `pod.list`: how all pods are, by name.
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import type { Place } from '../tree/place.ts'
import { endlessRoom } from './room.ts'
import { addUsage } from './usage.ts'
import type { Caller } from './verb.ts'

/** What a status takes while it waits for its usage, about. */
const statusBytes = 4096

export async function list(
  place: Place,
  { usage }: MethodParams<'pod.list'>,
  { room = endlessRoom }: Pick<Caller<'pod.list'>, 'room'>,
): Promise<MethodResults['pod.list']> {
  const all = place.pods.all()
  const statuses = () => all.map(({ supervisor }) => supervisor.keeping.status(place))
  if (!usage) return { pods: statuses() }
  return await room(all.length * statusBytes, async () => {
    const pods = statuses()
    await Promise.all(pods.map(addUsage))
    return { pods }
  })
}

// What whoever looks may do with a pod, and what makes sense for it now. Pure. The host checks it again.

import { wholeOf } from '../../protocol/fleet-part.ts'
import type { Role } from '../../protocol/roles.ts'
import type { PodStatus } from '../../protocol/words.ts'

export type Act = 'start' | 'stop' | 'restart' | 'reload' | 'wake' | 'sleep' | 'scale' | 'rollback' | 'remove'

/** What may be done to a queue, and to items of it. */
export type QueueAct = 'queue.pause' | 'queue.resume' | 'queue.retry' | 'queue.drop'

/** `name`: of the worker, `path`: of its host; `ids`: of items, where these are meant. */
export type WorkOn = { path: string; name: string; ids?: string[] | 'all'; state?: 'dead' }

/** The first is the one that somebody most likely wants. */
export function actsFor(pod: PodStatus, role: Role): Act[] {
  if (role === 'read') return []
  if (wholeOf(pod) !== undefined) return actsForPart(pod)
  if (pod.kind === 'script') return ['start', ...(pod.runs.length > 0 ? (['stop'] as const) : []), 'remove']
  if (pod.asleepSince !== undefined) return ['wake', 'stop', 'remove']
  if (pod.want === 'idle') return ['start', 'remove']
  const isUp = pod.status === 'up'
  return [
    'restart',
    'stop',
    ...(isUp ? (['reload'] as const) : []),
    // Of an exclusive one there is never a second run.
    ...(pod.config?.exclusive ? [] : (['scale'] as const)),
    // Without another version there is none to go back to.
    ...(pod.latest > 1 ? (['rollback'] as const) : []),
    ...(isUp && (pod.ports?.length ?? 0) > 0 ? (['sleep'] as const) : []),
    'remove',
  ]
}

/** The fleet says whether it is here and how many runs it has; what is exclusive it begins by itself. */
function actsForPart({ asleepSince, status, config }: PodStatus): Act[] {
  if (asleepSince !== undefined) return ['wake']
  return status === 'up' && !config?.exclusive ? ['restart'] : []
}

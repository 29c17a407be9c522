// The `p8a` argument of a pod: what the host offers to a run.
import { format } from 'node:util'
import type { CalleeOptions, P8a, QueueOptions, Verbs } from '../protocol/author.ts'
import type { Assignment } from '../protocol/link.ts'
import type { Outside } from './calls/neighbors.ts'
import type { Asking } from './verbs/asking.ts'
import { eventsFrom } from './verbs/events.ts'
import { makeVerbs } from './verbs/verbs.ts'
import { watchFrom } from './verbs/watch.ts'

/** What a run can reach: other pods, hosts of its own, and its own host. `requestId`: of the request that is being answered. */
export type Around = {
  callee: Outside['callee']
  queue: Outside['queue']
  host: P8a['host']
  asking: Asking
  requestId: () => string | undefined
}

export function makeP8a(
  { name, run, slot, path, storage }: Pick<Assignment, 'name' | 'run' | 'slot' | 'path' | 'storage'>,
  { callee, queue, host, asking, requestId }: Around,
): P8a {
  let verbs: Verbs | undefined
  return Object.freeze<P8a>({
    name,
    run,
    slot,
    path,
    storage,
    log: (tag: string, ...values: unknown[]) => {
      const id = requestId()
      process.stdout.write(`[${tag}] ${id === undefined ? '' : `(${id}) `}${format(...values)}\n`)
    },
    pod: (other: string, options: CalleeOptions = {}) => callee(other, options),
    queue: (worker: string, options: QueueOptions = {}) => queue(worker, options),
    host,
    get verbs() {
      // Few pods ask for them.
      verbs ??= makeVerbs(asking, path)
      return verbs
    },
    watch: (options = {}) => watchFrom(asking, path, options),
    events: (options = {}) => eventsFrom(asking, path, options),
  })
}

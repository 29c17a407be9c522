// Starts what waits for another pod once that is up.
import { needsOf } from './needs.ts'
import type { Pods } from './pods.ts'

/** Does so for all pods of a host, from now on. */
export function wakeDependents(pods: Pods): void {
  pods.watch({
    onChanged: ({ name, state }) => {
      if (state !== 'up') return
      for (const { supervisor } of pods.values()) {
        if (!needsOf(supervisor).includes(name) || !supervisor.isWanted || supervisor.slots.size > 0) continue
        if (supervisor.missing().length === 0) void supervisor.reconcile()
      }
    },
  })
}

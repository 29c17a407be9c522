// Which processes may not come through the door of the owner, though they are of that user: runs that Node's permission model keeps
// apart. They start no program, so that their pids are all that is to be known of them.
import { inForceFor } from '../pod/in-force.ts'
import type { Hosts } from './hosts.ts'

/** Their pids. */
export function shutOut(hosts: Pick<Hosts, 'root' | 'all'>): Set<number> {
  const pids = new Set<number>()
  for (const { pods } of [hosts.root, ...hosts.all()]) {
    for (const { supervisor } of pods.all()) {
      for (const { ref, identity } of supervisor.runs.values()) {
        const isApart = inForceFor(supervisor.inForce, ref.spec)?.config.isolate?.by === 'permission'
        if (isApart && identity) pids.add(identity.pid)
      }
    }
  }
  return pids
}

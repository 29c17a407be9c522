// Finds the run that a call or a command goes to.
import { runId } from '../../protocol/names.ts'
import type { LiveRun } from '../pod/live-run.ts'
import type { ShimPeer } from '../system/shims.ts'
import { findCallees } from '../tree/callees.ts'
import type { Pods } from '../tree/pods.ts'

/**
 * The least busy run of a pod that is up, or the run that `name` names, as `web.7`.
 * @throws {P8aError} `pod_not_found`, `pod_not_up`, `run_not_found`
 */
export function findCallee(pods: Pods, name: string): { live: LiveRun; peer: ShimPeer; run: string } {
  const { supervisor, runs } = findCallees(pods, name)
  const linked = runs.flatMap(live => (live.peer ? [{ live, peer: live.peer }] : []))
  const [first] = linked.sort((a, b) => a.peer.pending - b.peer.pending)
  if (!first) throw supervisor.keeping.notUp(name)
  return { ...first, run: runId(supervisor.name, first.live.ref.number) }
}

// Finds the run that a call or a command goes to.
import { runId } from '../../protocol/names.ts'
import type { LiveRun } from '../pod/live-run.ts'
import type { ShimPeer } from '../system/shims.ts'
import { findBehind, notUp, runsBehind } from '../tree/callees.ts'
import type { Place } from '../tree/place.ts'

/**
 * The least busy run of a pod that is up, or the run that `name` names, as `web.7`; of a group, that of a member that has a run, by turns
 * as its weight says.
 * @throws {P8aError} `pod_not_found`, `pod_not_up`, `run_not_found`
 */
export function findCallee({ pods, seams }: Place, name: string): { live: LiveRun; peer: ShimPeer; run: string } {
  const behind = findBehind(pods, name).map(one => ({
    ...one,
    pod: one.name,
    weight: one.member?.weight ?? 1,
    linked: runsBehind(one.supervisor, one.name).flatMap(live => (live.peer ? [{ live, peer: live.peer }] : [])),
  }))
  const known = behind.filter(({ linked }) => linked.length > 0)
  const one = behind.length > 1 ? pods.groups.sharesOf(name, seams.random).next(known) : known[0]
  const [first] = one?.linked.sort((a, b) => a.peer.pending - b.peer.pending) ?? []
  if (!one || !first) throw notUp(behind, name)
  return { ...first, run: runId(one.supervisor.name, first.live.ref.number) }
}

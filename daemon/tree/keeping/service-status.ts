// What a service looks like from outside: its slots in the words of the wire. Made in one go, so that a list of thousands is
// made with little garbage.
import { runId } from '../../../protocol/names.ts'
import type { PodStatus, RunStatus } from '../../../protocol/words.ts'
import { engineNow } from '../../bounds/engine-now.ts'
import { limitsTold } from '../../bounds/told.ts'
import { runStateOf } from '../../lifecycle/public.ts'
import { imageOf } from '../../store/desired.ts'
import { toldOf } from '../in-force-told.ts'
import { failedSlots, type SeatedRun, seatedRuns, serviceState } from './figures.ts'
import type { Pod, Seen } from './keeping.ts'
import { causeOf, causeOfAttempt, nextAttempt, serviceText } from './service-text.ts'

/** Without its usage of cpu and memory. */
export function serviceStatus(place: Seen, pod: Pod): PodStatus {
  const { inForce, state } = pod
  const runs = runStatuses(place, pod)
  const waiting = nextAttempt(pod)
  const cause = causeOf(pod)
  const image = inForce && imageOf(inForce.desired)
  const failed = failedSlots(pod)
  const { asleep, ports } = pod
  const groups = pod.groups()
  return {
    name: pod.name,
    path: place.path,
    kind: 'service',
    status: serviceState(pod, state),
    text: serviceText(place, pod, { state, runs }),
    version: inForce?.desired.version ?? 0,
    latest: inForce?.desired.images.at(-1)?.version ?? 0,
    hash: image?.hash ?? '',
    want: inForce?.desired.want ?? 'idle',
    scale: inForce?.scale ?? 0,
    up: runs.filter(run => run.state === 'up').length,
    ...(failed > 0 && { failed }),
    restarts: restartsOf(pod),
    params: inForce?.desired.params ?? {},
    ...toldOf(pod),
    runs,
    ...(cause && { cause }),
    ...(waiting && { retryAt: futureTime(place, waiting.retryAtMs) }),
    ...(asleep && { asleepSince: asleep.since }),
    ...(pod.epoch > 0 && { epoch: pod.epoch }),
    ...(ports.length > 0 && { ports }),
    ...(groups.length > 0 && { groups: [...groups] }),
    ...(pod.nextAt !== undefined && { nextAt: pod.nextAt }),
    ...limitsOf(pod),
    ...(pod.problem !== undefined && { problem: pod.problem }),
  }
}

function limitsOf({ inForce, overLimit }: Pod): Pick<PodStatus, 'limits' | 'isolate' | 'engine' | 'overLimit'> {
  const { limits, isolate } = inForce?.config ?? {}
  const engine = isolate?.by === 'container' ? engineNow() : undefined
  return {
    ...(isolate && { isolate }),
    ...(engine !== undefined && { engine }),
    ...(limits && { limits: limitsTold(limits) }),
    ...(overLimit > 0 && { overLimit }),
  }
}

export function runStatuses(place: Seen, pod: Pod): RunStatus[] {
  return seatedRuns(pod).map(run => runStatus(place, pod.name, run))
}

function runStatus(place: Seen, name: string, { number, slot, live }: SeatedRun): RunStatus {
  const upSince = slot.at === 'up' || slot.at === 'draining' || slot.at === 'stopping' ? live.upAt : undefined
  return {
    id: runId(name, live.ref.number),
    slot: number,
    state: runStateOf(slot),
    ...(live.identity && { pid: live.identity.pid }),
    startedAt: live.startedAt,
    ...(upSince !== undefined && {
      upAt: upSince,
      uptimeMs: Math.max(0, place.seams.clock.wallMs() - Date.parse(upSince)),
    }),
    restarts: live.ref.restarts,
    version: live.version,
    ...(slot.run.after && { after: causeOfAttempt(name, slot.run.after) }),
    ...(live.said && { health: live.said.status }),
    ...(live.said?.text !== undefined && { text: live.said.text }),
  }
}

function restartsOf(pod: Pod): number {
  let restarts = 0
  for (const slot of pod.told.values()) {
    const run = 'run' in slot ? slot.run : 'last' in slot ? slot.last : undefined
    restarts += run?.restarts ?? 0
  }
  return restarts
}

function futureTime({ seams: { clock } }: Seen, atMs: number): string {
  return new Date(clock.wallMs() + atMs - clock.nowMs()).toISOString()
}

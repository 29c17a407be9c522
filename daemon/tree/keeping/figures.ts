// What of a pod is counted: for metrics and usage, which ask for all pods of a host again and again. It says what the status of the
// pod says, without what is worded for people.
import type { PodState, PodStatus } from '../../../protocol/words.ts'
import { hasRun, isInTrouble, runStateOf, type SlotWithRun } from '../../lifecycle/public.ts'
import type { LiveRun } from '../../pod/live-run.ts'
import type { ScriptRuns } from '../../script/script-runs.ts'
import type { Pod, PodFigures } from './keeping.ts'
import { patienceOf } from './service-text.ts'

/** A run of a service, and where it is. `slot`: that of its number, or one that is beside it in a reload. */
export type SeatedRun = { number: number; slot: SlotWithRun; live: LiveRun }

export function serviceFigures(pod: Pod): PodFigures {
  const { inForce } = pod
  const seated = seatedRuns(pod)
  return {
    kind: 'service',
    status: serviceState(pod, pod.state),
    want: inForce?.desired.want ?? 'idle',
    scale: inForce?.scale ?? 0,
    up: seated.filter(({ slot }) => runStateOf(slot) === 'up').length,
    version: inForce?.desired.version ?? 0,
    isAsleep: pod.asleep !== undefined,
    ports: pod.ports.length,
    failed: failedSlots(pod),
    processes: seated.flatMap(({ number, live: { identity } }) =>
      identity ? [{ pid: identity.pid, slot: number }] : [],
    ),
  }
}

export function scriptFigures({ inForce, state }: Pod, scripts: ScriptRuns): PodFigures {
  const running = runningOf(scripts)
  return {
    kind: 'script',
    status: state,
    want: inForce?.desired.want ?? 'idle',
    scale: scripts.cap,
    up: running.length,
    version: inForce?.desired.images.at(-1)?.version ?? 0,
    isAsleep: false,
    ports: 0,
    queued: queuedOf(scripts),
    processes: running.flatMap(({ recorded: { process } }) => (process ? [{ pid: process.pid, slot: 0 }] : [])),
  }
}

/** @param state that of the pod: to work it out takes as long as all else of a status */
export function serviceState({ problem, inForce }: Pod, state: PodState): PodStatus['status'] {
  return problem !== undefined && !inForce ? 'error' : state
}

/** By slot; of one that is reloaded the run that serves first. */
export function seatedRuns(pod: Pod): SeatedRun[] {
  const { told, toldBeside } = pod
  if (told.size === 0) return []
  const slots = [...told].sort(([a], [b]) => a - b)
  return slots.flatMap(([number, main]) => {
    const { coming, leaving } = toldBeside.get(number) ?? {}
    return [main, coming, leaving].flatMap(slot => {
      const live = slot && hasRun(slot) ? pod.runs.get(slot.run.number) : undefined
      return live && slot && hasRun(slot) ? [{ number, slot, live }] : []
    })
  })
}

export function failedSlots(pod: Pod): number {
  const patience = patienceOf(pod)
  let failed = 0
  for (const slot of pod.told.values()) if (isInTrouble(slot, patience)) failed++
  return failed
}

export function runningOf({ live }: ScriptRuns) {
  return [...live.values()].filter(run => run.recorded.state !== 'queued' && !run.isOver)
}

export function queuedOf({ live }: ScriptRuns): number {
  return [...live.values()].filter(run => run.recorded.state === 'queued').length
}

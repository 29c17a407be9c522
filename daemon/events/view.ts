// What of a pod events are told about, read off its supervisor: small and plain, since it is made after everything that
// happens to any pod.
import { createHash } from 'node:crypto'
import { parseRunId } from '../../protocol/names.ts'
import { hasRun, isInTrouble } from '../lifecycle/public.ts'
import { specIn } from '../lifecycle/seat.ts'
import type { Slot } from '../lifecycle/slot.ts'
import type { InForce } from '../pod/in-force.ts'
import type { LiveRun } from '../pod/live-run.ts'
import type { Desired } from '../store/desired.ts'
import { describeEnd } from '../tree/describe-end.ts'
import { causeOf, patienceOf } from '../tree/keeping/service-text.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'

/** What is wanted of a pod, and what its files are like. */
export type Facts = {
  latest: number
  version: number
  generation: number
  want: 'up' | 'idle'
  scale: number
  /** How many deploys there are to go back to. */
  past: number
  asleep?: string
  killed?: string
  problem?: string
  reload?: { to: number; generation: number; isRollback: boolean }
  /** Digests of what is set, by name: variables of `pod env` as `env NAME`. */
  set: Record<string, string>
}

export type ViewedRun = {
  number: number
  slot: number
  version: number
  restarts: number
  pid: number
  isUp: boolean
  /** It is here: its process has found this host. */
  isLinked: boolean
  /** It is being ended since its checks fail. */
  unhealthy?: string
}

export type View = Facts & {
  kind: 'service' | 'script'
  images: Desired['images']
  isUp: boolean
  /** `isOver`: no further attempt is made. */
  inTrouble?: { isOver: boolean; why?: string; run?: string }
  failure?: string
  runs: ViewedRun[]
}

/** @param known what was told of a pod whose files cannot be used: nothing else is known of it */
export function viewOf(pod: PodSupervisor, known: Facts): View {
  const { inForce, keeping } = pod
  if (!inForce) return brokenView(pod, known)
  const { desired } = inForce
  const { reload, past = [] } = desired
  const { end } = pod.reloadOutcome ?? {}
  return {
    kind: keeping.kind,
    images: desired.images,
    latest: desired.images.at(-1)?.version ?? 0,
    version: desired.version,
    generation: desired.generation,
    want: desired.want,
    past: past.length,
    ...(pod.asleep && { asleep: pod.asleep.since }),
    ...(desired.killed !== undefined && { killed: desired.killed }),
    ...(pod.problem !== undefined && { problem: pod.problem }),
    ...(reload && {
      reload: {
        to: reload.version,
        generation: reload.generation,
        isRollback: reload.past.length < past.length,
      },
    }),
    set: setOf(inForce),
    ...(end && { failure: describeEnd(end) }),
    ...lives[keeping.kind](pod, inForce),
  }
}

type Life = Pick<View, 'scale' | 'isUp' | 'inTrouble' | 'runs'>

/** No script is up or in trouble: only its runs are. */
const lives: Record<View['kind'], (pod: PodSupervisor, inForce: InForce) => Life> = {
  service: (pod, { scale }) => {
    const trouble = troubleOf(pod)
    return { scale, isUp: pod.state === 'up', ...(trouble && { inTrouble: trouble }), runs: serviceRuns(pod) }
  },
  script: pod => ({ scale: 1, isUp: false, runs: scriptRuns(pod) }),
}

function brokenView({ problem, keeping }: PodSupervisor, known: Facts): View {
  return { ...known, kind: keeping.kind, images: [], isUp: false, runs: [], ...(problem !== undefined && { problem }) }
}

function troubleOf(pod: PodSupervisor): View['inTrouble'] {
  const patience = patienceOf(pod)
  const slots = [...pod.slots.values()]
  // What went wrong before it was begun anew is over.
  const inTrouble = slots.filter(slot => isInTrouble(slot, patience) && specIn(slot) === pod.inForce?.spec)
  const failed = inTrouble.filter(({ at }) => at === 'failed')
  // As long as one of its runs is tried, the pod has not given up, and it fails only if that one fails too often.
  const isOver = failed.length > 0 && !slots.some(isTried)
  if (!isOver && inTrouble.length === failed.length) return undefined
  const cause = causeOf(pod)
  return {
    isOver,
    ...(cause && { why: cause.text }),
    ...(cause?.run !== undefined && { run: cause.run }),
  }
}

/** Whether an attempt to start a run is under way, or is to come. */
function isTried(slot: Slot): boolean {
  return slot.at === 'backoff' || (hasRun(slot) && slot.at !== 'up' && slot.at !== 'draining')
}

function serviceRuns(pod: PodSupervisor): ViewedRun[] {
  const found: ViewedRun[] = []
  for (const [number, main] of pod.slots) {
    const { coming, leaving } = pod.beside.get(number) ?? {}
    for (const slot of [main, coming, leaving]) {
      const live = slot && hasRun(slot) ? pod.runs.get(slot.run.number) : undefined
      if (slot && live?.identity) found.push(serviceRun(slot, live, live.identity.pid))
    }
  }
  return found.sort((a, b) => a.number - b.number)
}

function serviceRun(slot: Slot, live: LiveRun, pid: number): ViewedRun {
  const isUp = slot.at === 'up'
  const isUnhealthy = slot.at === 'stopping' && slot.why === 'unhealthy'
  return {
    number: live.ref.number,
    slot: live.slot,
    version: live.version,
    restarts: live.ref.restarts,
    pid,
    isUp: isUp || slot.at === 'draining',
    isLinked: live.peer !== undefined || (live.record.keeper !== undefined && isUp),
    ...(isUnhealthy && { unhealthy: foundText(slot.found) }),
  }
}

function foundText(found: { silentMs: number } | { said: string } | undefined): string {
  if (!found) return 'its checks fail'
  return 'said' in found ? found.said : `it answered nothing for ${found.silentMs} ms`
}

function scriptRuns(pod: PodSupervisor): ViewedRun[] {
  return [...pod.keeping.singly().live.values()].flatMap(({ number, recorded, record, isOver }) => {
    const { process } = recorded
    if (!process || isOver) return []
    const { version } = record
    return [{ number, slot: 0, version, restarts: 0, pid: process.pid, isUp: true, isLinked: true }]
  })
}

/** Made once for what is in force, and not after every event. */
const sets = new WeakMap<InForce, Facts['set']>()

function setOf(inForce: InForce): Facts['set'] {
  const known = sets.get(inForce)
  if (known) return known
  const { params, config, args = [], env = {} } = inForce.desired
  const parts = Object.entries({ params, config, args }).filter(([, value]) => Object.keys(value).length > 0)
  const variables = Object.entries(env).map(([name, value]) => [`env ${name}`, value] as const)
  const made = Object.fromEntries([...parts, ...variables].map(([name, value]) => [name, digest(value)]))
  sets.set(inForce, made)
  return made
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 8)
}

/** The number of a run by its id. */
export function numberOf(run: string): number {
  return parseRunId(run)?.number ?? 0
}

// Which runs a name means to a caller. The one place that reads such a name.
import type { Member } from '../../protocol/calls.ts'
import { P8aError } from '../../protocol/errors.ts'
import { parseRunId, quote, runId } from '../../protocol/names.ts'
import type { LiveRun } from '../pod/live-run.ts'
import type { Pods } from './pods.ts'
import type { PodSupervisor } from './supervisor.ts'

export type Callees = { supervisor: PodSupervisor; runs: LiveRun[] }

/**
 * The runs of pod `name` that are up, or the run that `name` names, as `web.7`. They need not be linked.
 * @throws {P8aError} `pod_not_found`, `run_not_found`
 */
export function findCallees(pods: Pods, name: string): Callees {
  const one = parseRunId(name)
  const { supervisor } = pods.get(one?.pod ?? name)
  const runs = runsBehind(supervisor, name)
  if (one && runs.length === 0) throw runNotFound(supervisor, name)
  return { supervisor, runs }
}

/** A pod that a name means to a caller. `name`: the pod, or the one run of it that is meant. `member`: where the name is a group. */
export type Behind = { supervisor: PodSupervisor; name: string; member?: Member }

/**
 * What `name` means to a caller: the members of a group that have a weight, or else one pod or run.
 * @throws {P8aError} `pod_not_found`, `run_not_found`
 */
export function findBehind(pods: Pods, name: string): Behind[] {
  const group = pods.groups.get(name)
  if (!group) return [{ supervisor: findCallees(pods, name).supervisor, name }]
  return Object.entries(group.members).flatMap(([pod, weight]) => {
    const entry = weight > 0 ? pods.find(pod) : undefined
    return entry ? [{ supervisor: entry.supervisor, name: pod, member: { pod, weight } }] : []
  })
}

/** Those of a pod's runs that `name` means now. */
export function runsBehind(supervisor: PodSupervisor, name: string): LiveRun[] {
  const one = parseRunId(name)
  const numbers = one
    ? [one.number]
    : [...supervisor.slots.values()].flatMap(slot => (slot.at === 'up' ? [slot.run.number] : []))
  const runs = numbers.flatMap(number => supervisor.runs.get(number) ?? [])
  const staying = runs.filter(live => !live.isDraining)
  return staying.length > 0 ? staying : runs
}

/** Why nothing can be called under `name`, which means these. */
export function notUp(behind: readonly Behind[], name: string): Error {
  const [first, second] = behind
  if (first && !second && !first.member) return first.supervisor.keeping.notUp(name)
  const members = behind.map(({ supervisor }) => `${supervisor.name} is ${supervisor.state}`)
  return new P8aError('pod_not_up', `Cannot call group ${quote(name)}: none of its pods is up`, {
    hint: members.length > 0 ? members.join(', ') : 'None of them has a weight',
    facts: { pod: name },
  })
}

function runNotFound(supervisor: PodSupervisor, name: string): P8aError {
  const ids = [...supervisor.runs.keys()].map(number => runId(supervisor.name, number))
  return new P8aError('run_not_found', `There is no run ${quote(name)} now`, {
    hint: ids.length > 0 ? `Running: ${ids.join(', ')}` : `No run of ${supervisor.name} has a process`,
    facts: { pod: supervisor.name, run: name },
  })
}

// `pod.call`: finds a run of a pod and calls an exported function in it.
import { P8aError } from '../../protocol/errors.ts'
import { parseRunId, quote, runId } from '../../protocol/names.ts'
import type { Context } from '../context.ts'
import type { LiveRun } from '../pod/live-run.ts'
import type { PodSupervisor } from '../pod/supervisor.ts'
import type { Pods } from './pods.ts'

export type Call = { name: string; fn: string; args: unknown[]; timeoutMs?: number | undefined }

/**
 * Calls a function of the least busy run that is up, or of the run that `name` names, as `web.7`.
 * @throws {P8aError} `pod_not_found`, `pod_not_up`, `run_not_found`, `function_not_found`, `call_failed`, `timeout`
 */
export async function call(
  context: Context,
  pods: Pods,
  { name, fn, args, timeoutMs }: Call,
): Promise<{ value: unknown; run: string }> {
  const one = parseRunId(name)
  const { supervisor } = pods.get(one?.pod ?? name)
  const live = one ? namedRun(supervisor, name, one.number) : leastBusyRun(supervisor)
  if (!live?.peer) throw notUp(supervisor, name)
  const value = await live.peer.request('call', { fn, args }, { timeoutMs: timeoutMs ?? context.settings.callTimeout })
  return { value, run: runId(supervisor.name, live.ref.number) }
}

function namedRun(supervisor: PodSupervisor, name: string, number: number): LiveRun {
  const live = supervisor.runs.get(number)
  if (live) return live
  const ids = [...supervisor.runs.keys()].map(other => runId(supervisor.name, other))
  throw new P8aError('run_not_found', `There is no run ${quote(name)} now`, {
    hint: ids.length > 0 ? `Running: ${ids.join(', ')}` : `No run of ${supervisor.name} has a process`,
    facts: { pod: supervisor.name, run: name },
  })
}

function leastBusyRun(supervisor: PodSupervisor): LiveRun | undefined {
  const up = [...supervisor.slots.values()].flatMap(slot =>
    slot.at === 'up' ? [supervisor.runs.get(slot.run.number)] : [],
  )
  const linked = up.filter(live => live?.peer !== undefined)
  return linked.sort((a, b) => (a?.peer?.pending ?? 0) - (b?.peer?.pending ?? 0))[0]
}

function notUp(supervisor: PodSupervisor, name: string): P8aError {
  return new P8aError('pod_not_up', `Cannot call pod ${quote(name)}: it is ${supervisor.state}`, {
    hint: supervisor.state === 'idle' ? `Start it first: pod start REMOTE ${supervisor.name}` : 'Wait until it is up',
    facts: { pod: supervisor.name, status: supervisor.state },
  })
}

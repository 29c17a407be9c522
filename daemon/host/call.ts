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
  const run = runId(supervisor.name, live.ref.number)
  const limitMs = timeoutMs ?? context.settings.callTimeout
  try {
    return { value: await live.peer.request('call', { fn, args }, { timeoutMs: limitMs }), run }
  } catch (error) {
    throw explained(error, { fn, run, limitMs })
  }
}

/** What failed on the link says nothing of pods and functions; the caller is told. */
function explained(error: unknown, { fn, run, limitMs }: { fn: string; run: string; limitMs: number }): unknown {
  const code = error instanceof P8aError ? error.code : undefined
  if (code === 'timeout') {
    return new P8aError('timeout', `Cannot call ${quote(fn)} of ${run}: no answer within ${limitMs} ms`, {
      hint: 'It may still be at work; allow more: --timeout 2m, or timeoutMs over the wire',
      facts: { run, fn },
      cause: error,
    })
  }
  if (code === 'pod_not_up') {
    return new P8aError('pod_not_up', `Cannot call ${quote(fn)} of ${run}: the run ended before it answered`, {
      hint: `See why: pod logs REMOTE ${run}`,
      facts: { run, fn },
      cause: error,
    })
  }
  return error
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

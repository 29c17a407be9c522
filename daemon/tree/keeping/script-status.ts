// What a script looks like from outside: how many of its runs go on and wait, and how the last one ended.
import type { PodStatus, RunStatus } from '../../../protocol/words.ts'
import type { ScriptRun } from '../../script/script-run.ts'
import type { ScriptRuns } from '../../script/script-runs.ts'
import { imageOf } from '../../store/desired.ts'
import { describeEnd } from '../describe-end.ts'
import { toldOf } from '../in-force-told.ts'
import { queuedOf, runningOf } from './figures.ts'
import type { Pod, Seen } from './keeping.ts'

/** The status of a pod that is a script. */
export function scriptStatus(place: Seen, pod: Pod, scripts: ScriptRuns): PodStatus {
  const { name, inForce, state, problem, nextAt } = pod
  const latest = inForce?.desired.images.at(-1)
  const running = runningOf(scripts)
  const queued = queuedOf(scripts)
  const last = lastOf(scripts.last)
  return {
    name,
    path: place.path,
    kind: 'script',
    status: state,
    text: problem ?? textOf(queued, last),
    version: latest?.version ?? 0,
    latest: latest?.version ?? 0,
    hash: (inForce && imageOf(inForce.desired)?.hash) ?? '',
    want: inForce?.desired.want ?? 'idle',
    scale: scripts.cap,
    up: running.length,
    restarts: 0,
    params: inForce?.desired.params ?? {},
    ...toldOf(pod),
    runs: running.map(run => runStatus(place, run)),
    queued,
    ...(last && { last }),
    ...(nextAt !== undefined && { nextAt }),
    ...(problem !== undefined && { problem }),
  }
}

function runStatus(place: Seen, { id, recorded, record }: ScriptRun): RunStatus {
  const { state, process } = recorded
  return {
    id,
    slot: 0,
    state: state === 'spawning' || state === 'up' ? state : 'stopping',
    ...(process && { pid: process.pid }),
    startedAt: record.startedAt,
    ...(record.upAt !== undefined && {
      upAt: record.upAt,
      uptimeMs: Math.max(0, place.seams.clock.wallMs() - Date.parse(record.upAt)),
    }),
    restarts: 0,
    version: record.version,
  }
}

function lastOf(record: ScriptRuns['last']): PodStatus['last'] {
  if (!record?.end) return undefined
  const { code, signal, reason, message } = record.end
  const at = record.endedAt ?? record.startedAt
  return { run: record.id, at, code, signal, reason, ...(message !== undefined && { message }) }
}

function textOf(queued: number, last: PodStatus['last']): string {
  const waiting = queued > 0 ? [`${queued} queued`] : []
  const ended = last ? [`${last.run} ${describeEnd(endWithMessage(last))}`] : []
  return [...waiting, ...ended].join('; ')
}

function endWithMessage({ code, signal, reason, message }: NonNullable<PodStatus['last']>) {
  return { code, signal, reason, ...(message !== undefined && { message }) }
}

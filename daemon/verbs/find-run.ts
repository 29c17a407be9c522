// Finds the run of a script that a name means.
import { P8aError } from '../../protocol/errors.ts'
import { parseRunId, quote } from '../../protocol/names.ts'
import type { ScriptRuns } from '../script/script-runs.ts'
import type { RunRecord } from '../store/run-record.ts'
import type { Pods } from '../tree/pods.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'

export type FoundRun = { supervisor: PodSupervisor; runs: ScriptRuns; number: number; record: RunRecord }

/**
 * A run of a script: `name` names it, as `backup.7`, or `run` does beside the pod, with or without it; else the newest.
 * @throws {P8aError} `pod_not_found`, `run_not_found`, `unsupported` for a service
 */
export function findRun(pods: Pods, name: string, run?: string): FoundRun {
  const id = parseRunId(name) ?? parseRunId(run ?? '')
  const { supervisor } = pods.get(parseRunId(name)?.pod ?? name)
  const runs = supervisor.keeping.singly()
  const given = id?.number ?? (run === undefined ? undefined : /^\d{1,15}$/.test(run) ? Number(run) : Number.NaN)
  const newest = runs.records[0]
  const number = given ?? (newest && parseRunId(newest.id)?.number) ?? Number.NaN
  const record = (id?.pod ?? supervisor.name) === supervisor.name ? runs.record(number) : undefined
  if (record) return { supervisor, runs, number, record }
  const wanted = run ?? (parseRunId(name) ? name : undefined)
  throw new P8aError(
    'run_not_found',
    wanted === undefined ? `Pod ${quote(supervisor.name)} has not run yet` : `There is no run ${quote(wanted)}`,
    {
      hint: { text: 'To see the runs that exist', do: { verb: 'runs', args: [supervisor.name] } },
      facts: { pod: supervisor.name },
    },
  )
}

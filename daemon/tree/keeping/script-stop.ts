// How runs of a script are stopped: all of them, or some by their numbers.
import type { MethodParams } from '../../../protocol/methods.ts'
import { runId } from '../../../protocol/names.ts'
import type { RunEnd, Stopped } from '../../../protocol/words.ts'
import type { ScriptRuns } from '../../script/script-runs.ts'
import type { Pod, PodHost } from './keeping.ts'

/** The runs of a pod that is a script. */
type Runs = { pod: Pod; runs: ScriptRuns }

/** Stops all runs of a script. @throws {P8aError} `no_space`, `save_failed` */
export async function stopScript(
  host: PodHost,
  { pod, runs }: Runs,
  { name, wait }: MethodParams<'pod.stop'>,
): Promise<Stopped> {
  // It is wanted only for its schedule.
  if (pod.inForce?.desired.want === 'up') await host.change(pod, desired => ({ ...desired, want: 'idle' }))
  host.seams.log.info('verb', 'stop', { pod: name })
  const ended = await stopRuns({ pod, runs }, [...runs.live.keys()], wait)
  return { name, status: pod.state, ended }
}

/** @returns how those ended that have by now; with `wait`, all of them */
export async function stopRuns({ pod, runs }: Runs, numbers: readonly number[], wait: boolean): Promise<RunEnd[]> {
  const ids = new Set(numbers.map(number => runId(pod.name, number)))
  const ends = await pod.collectEnds(async () => {
    await runs.stop(numbers)
    if (wait) await pod.until(() => !numbers.some(number => runs.live.has(number)))
  })
  return ends.filter(({ run }) => ids.has(run))
}

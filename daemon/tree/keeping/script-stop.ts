// How runs of a script are stopped: all of them, or some by their numbers.
import { P8aError } from '../../../protocol/errors.ts'
import type { MethodParams } from '../../../protocol/methods.ts'
import { quote, runId } from '../../../protocol/names.ts'
import type { RunEnd, Stopped } from '../../../protocol/words.ts'
import type { ScriptRuns } from '../../script/script-runs.ts'
import type { Pod, PodHost } from './keeping.ts'

/** The runs of a pod that is a script. */
type Runs = { pod: Pod; runs: ScriptRuns }

/** Stops all runs of a script. @throws {P8aError} `save_failed` */
export async function stopScript(
  host: PodHost,
  { pod, runs }: Runs,
  { name, wait, kill }: MethodParams<'pod.stop'>,
): Promise<Stopped> {
  // It is wanted only for its schedule.
  if (pod.inForce?.desired.want === 'up')
    await host.change(pod, desired => ({ ...desired, want: 'idle' }), { needsRoom: false })
  host.seams.log.info('verb', kill ? 'kill' : 'stop', { pod: name })
  const ended = await stopRuns({ pod, runs }, [...runs.live.keys()], { wait, kill })
  return { name, status: pod.state, ended, ...(pod.problem !== undefined && { problem: pod.problem }) }
}

/** Stops one run; one that has ended already is told of. @throws {P8aError} `run_not_found` */
export async function stopScriptRun(
  host: PodHost,
  { pod, runs }: Runs,
  { number, name, wait, kill }: MethodParams<'pod.stop'> & { number: number },
): Promise<Stopped> {
  const record = runs.record(number)
  if (!record) {
    throw new P8aError('run_not_found', `There is no run ${quote(name)}`, {
      hint: { text: 'To see the runs that exist', do: { verb: 'runs', args: [pod.name] } },
      facts: { pod: pod.name },
    })
  }
  if (!runs.live.has(number)) {
    const { code, signal, reason } = record.end ?? { code: null, signal: null, reason: 'lost' as const }
    const text = `${record.id} had ended already`
    return { name: pod.name, status: pod.state, ended: [{ run: record.id, code, signal, reason }], text }
  }
  host.seams.log.info('verb', 'stop', { pod: pod.name, run: record.id })
  const ended = await stopRuns({ pod, runs }, [number], { wait, kill })
  return { name: pod.name, status: pod.state, ended }
}

/** @returns how those ended that have by now; with `wait`, all of them */
export async function stopRuns(
  { pod, runs }: Runs,
  numbers: readonly number[],
  { wait, kill = false }: { wait: boolean; kill?: boolean },
): Promise<RunEnd[]> {
  const ids = new Set(numbers.map(number => runId(pod.name, number)))
  const ends = await pod.collectEnds(async () => {
    await runs.stop(numbers)
    if (kill) await runs.kill(numbers)
    if (wait) await pod.until(() => !numbers.some(number => runs.live.has(number)))
  })
  return ends.filter(({ run }) => ids.has(run))
}

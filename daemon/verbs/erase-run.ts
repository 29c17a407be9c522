// Removes one run of a script: its record and its output.
import { P8aError } from '../../protocol/errors.ts'
import type { MethodResults } from '../../protocol/methods.ts'
import { stopRuns } from '../tree/keeping/script-stop.ts'
import type { Place } from '../tree/place.ts'
import { findRun } from './find-run.ts'

/** @throws {P8aError} `pod_not_found`, `run_not_found`, `run_active` */
export async function eraseRun(
  place: Place,
  { name, run, force }: { name: string; run: string; force: boolean },
): Promise<MethodResults['pod.remove']> {
  const { supervisor, runs, number, record } = findRun(place.pods, name, run)
  if (runs.live.has(number) && !force) {
    throw new P8aError('run_active', `Cannot remove run ${record.id}: it has not ended`, {
      hint: { text: 'Stop it first', do: { verb: 'stop', args: [record.id] } },
      facts: { pod: supervisor.name, run: record.id },
    })
  }
  const stopped = await stopRuns({ pod: supervisor, runs }, [number], { wait: true })
  await runs.erase(number)
  place.seams.log.info('verb', 'removed', { pod: supervisor.name, run: record.id })
  return { name: supervisor.name, removed: true, stopped, run: record.id }
}

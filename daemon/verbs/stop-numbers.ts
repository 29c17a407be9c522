// Ends runs of a script by their numbers.

import { runId } from '../../protocol/names.ts'
import type { RunEnd } from '../../protocol/words.ts'
import type { PodSupervisor } from '../tree/supervisor.ts'

/** @returns how those ended that have by now; with `wait`, all of them */
export async function stopNumbers(
  supervisor: PodSupervisor,
  numbers: readonly number[],
  wait: boolean,
): Promise<RunEnd[]> {
  const { scripts } = supervisor
  const ids = new Set(numbers.map(number => runId(supervisor.name, number)))
  const ends = await supervisor.collectEnds(async () => {
    await scripts.stop(numbers)
    if (wait) await supervisor.until(() => !numbers.some(number => scripts.live.has(number)))
  })
  return ends.filter(({ run }) => ids.has(run))
}

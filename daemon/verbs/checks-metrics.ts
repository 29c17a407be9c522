// The metrics of the checks of runs, by slot.
import type { CheckCounts, CheckOutcome } from '../pod/checks.ts'
import type { Make } from './series.ts'

export type ChecksOfRun = { path: string; name: string; slot: number; counts: CheckCounts }

const outcomes: readonly CheckOutcome[] = ['passed', 'failed', 'unanswered']

/** Of runs that share a slot, as in a reload, their sum. */
export function addChecks({ counter }: Make, checks: readonly ChecksOfRun[]): void {
  const of = ['namespace', 'pod', 'slot']
  const made = counter('run_checks_total', 'Checks of the run in a slot, by what came of them', [...of, 'outcome'])
  const seconds = counter('run_check_seconds_total', 'How long these checks took together', of)
  for (const { path, name, slot, counts } of checks) {
    const labels = { namespace: path, pod: name, slot }
    for (const outcome of outcomes) made.add(counts[outcome], { ...labels, outcome })
    seconds.add(counts.seconds, labels)
  }
}

// The metrics of the checks of runs, by slot.
import type { CheckCounts, CheckOutcome } from '../pod/checks.ts'
import type { Make } from './series.ts'

/**
 * @property labels of the slot
 * @property counts of each run that is in it: in a reload there are two
 */
export type ChecksOfSlot = { labels: string; counts: CheckCounts[] }

const outcomes: readonly CheckOutcome[] = ['passed', 'failed', 'unanswered']

export function addChecks({ counter }: Make, checks: readonly ChecksOfSlot[]): void {
  const of = ['namespace', 'pod', 'slot']
  const made = counter('run_checks_total', 'Checks of the run in a slot, by what came of them', [...of, 'outcome'])
  const seconds = counter('run_check_seconds_total', 'How long these checks took together', of)
  for (const { labels, counts } of checks) {
    const sum = (what: keyof CheckCounts) => counts.reduce((all, each) => all + each[what], 0)
    for (const outcome of outcomes) made.put(sum(outcome), `${labels},outcome="${outcome}"`)
    seconds.put(sum('seconds'), labels)
  }
}

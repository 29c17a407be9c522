// Goes through the rows, and in each through the managers; a failure is kept and the rest goes on.
import { join } from 'node:path'
import type { Kind } from './adapters/manager.ts'
import type { Options } from './options.ts'
import { type Failure, failureOf, type RowResult, rowResult, type Samples } from './results.ts'
import type { Row } from './rows/row.ts'
import { Session } from './session.ts'

/** @param plan.dir where all of it takes place; @param plan.say what goes on, for people */
export async function measure(plan: {
  rows: readonly Row[]
  kinds: readonly Kind[]
  dir: string
  options: Options
  say: (text: string) => void
}): Promise<{ rows: RowResult[]; failures: Failure[] }> {
  const rows: RowResult[] = []
  const failures: Failure[] = []
  for (const row of plan.rows) {
    const samples = new Map<string, Samples>()
    for (const kind of plan.kinds.filter(kind => standsIn(kind, row))) {
      const session = new Session(join(plan.dir, `${row.id}-${kind.id}`), kind, plan.options, row.settings)
      try {
        if (row.isFor && !row.isFor(session.manager)) continue
        plan.say(`${row.id}: ${kind.title}`)
        samples.set(kind.id, session.samples)
        await row.measure(session)
      } catch (error) {
        const failure = failureOf(row.id, kind.title, error)
        failures.push(failure)
        plan.say(`${row.id}: ${kind.title} failed: ${failure.message}`)
      } finally {
        await session.end()
      }
    }
    rows.push(rowResult(row, samples))
  }
  return { rows, failures }
}

/** p8a, which is the first of all, stands in every row. */
export function standsIn(
  { id, among }: Pick<Kind, 'id' | 'among'>,
  row: { among?: Row['among'] | undefined },
): boolean {
  return id === 'p8a' || among === row.among
}

// The `p8a` argument of a pod: what the host offers to a run.
import { format } from 'node:util'
import type { CalleeOptions, P8a } from '../protocol/author.ts'
import type { Assignment } from '../protocol/link.ts'
import type { Outside } from './calls/neighbors.ts'

/** What a run can reach: other pods, and hosts of its own. */
export type Around = { callee: Outside['callee']; host: P8a['host'] }

export function makeP8a(
  { name, run, slot, path, storage }: Pick<Assignment, 'name' | 'run' | 'slot' | 'path' | 'storage'>,
  { callee, host }: Around,
): P8a {
  return Object.freeze({
    name,
    run,
    slot,
    path,
    storage,
    log: (tag: string, ...values: unknown[]) => void process.stdout.write(`[${tag}] ${format(...values)}\n`),
    pod: (other: string, options: CalleeOptions = {}) => callee(other, options),
    host,
  })
}

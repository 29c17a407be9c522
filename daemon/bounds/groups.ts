// The groups of the kernel that this host has, if it has any: looked for once, before anything is begun.
import type { Limits } from '../../protocol/bounds.ts'
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'
import { Cgroups } from '../system/cgroups.ts'
import { controllersIn, groupOf, hostLeaf } from './cgroup-plan.ts'

export type Groups = Cgroups | { why: string }

let found: Groups = { why: 'it was not looked for' }
let looking: Promise<Groups> | undefined

/** Looks for them. It moves this process into a group of its own, where it may. */
export async function openGroups(): Promise<Groups> {
  looking ??= Cgroups.open({ groupOf, controllersIn, leaf: hostLeaf })
  found = await looking
  return found
}

/** Removes the groups of runs that ended while there was no host. @param keys of the runs that may go on */
export async function sweepGroups(keys: readonly string[]): Promise<void> {
  if (found instanceof Cgroups) await found.sweep(keys)
}

/** What was found. */
export function groupsNow(): Groups {
  return found
}

/** What the kernel holds here for a whole run. */
export function controllersNow(): ReadonlySet<string> {
  return found instanceof Cgroups ? found.controllers : new Set()
}

/** The same for people. */
export function groupsText(): string {
  return found instanceof Cgroups ? `${[...found.controllers].join(', ')}, by cgroup v2` : `none: ${found.why}`
}

/** @throws {P8aError} `unsupported` for what nothing would hold here */
export function refuseUnheld(name: string, { cpu }: Limits = {}): void {
  if (cpu === undefined || controllersNow().has('cpu')) return
  const why = found instanceof Cgroups ? 'its group has no controller for it' : found.why
  throw new P8aError(
    'unsupported',
    `Cannot start pod ${quote(name)} with limits.cpu: nothing can hold it here, since ${why}`,
    {
      hint: 'limits.nice lets others go first where cpu is short; docs/LIMITS.md says what cpu needs',
      facts: { pod: name, key: 'limits.cpu' },
    },
  )
}

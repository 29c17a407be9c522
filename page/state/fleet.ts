// What the page knows of fleets: which of the hosts within are some, and what each tells of its own hosts. Pure.
import { fullName } from '../../protocol/pod-order.ts'
import type { PodStatus } from '../../protocol/words.ts'

/** `problem`: what hinders it, for people; empty if nothing does. `host`: that on which we look. */
export type Fleet = { path: string; host: string; isUp: boolean; problem: string; hosts: FleetHost[] }
export type FleetHost = { name: string; status: string; tags: string[]; pods: number; runs: number; p8a: string }

/** The hosts within that a pod of the same name makes: others are no fleets. */
export function mayBeFleets(hosts: readonly string[], pods: Iterable<PodStatus>): string[] {
  const names = new Set([...pods].filter(({ status }) => status === 'up').map(fullName))
  return hosts.filter(path => names.has(path))
}

/** @param info of the host at the path. @returns undefined for one that is no fleet */
export function fleetOf(path: string, info: unknown): Fleet | undefined {
  const { fleet } = Object(info) as { fleet?: Partial<Fleet> }
  if (!fleet || !Array.isArray(fleet.hosts)) return undefined
  return { path, host: fleet.host ?? '', isUp: fleet.isUp === true, problem: fleet.problem ?? '', hosts: fleet.hosts }
}

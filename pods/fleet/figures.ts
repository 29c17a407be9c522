// How a fleet is, in numbers: what the metrics of its host tell.
import type { HandledStatus } from 'p8a'
import type { FleetStatus, HostStatus } from './membership/status.ts'

/** `hosts`: how many are in each state. `isUp`: the engine answers; `isWell`: nothing is wrong with this host of the fleet. */
export type FleetFigures = {
  isUp: boolean
  isWell: boolean
  hosts: Record<HostStatus, number>
  pods: number
  states: Record<PodState, number>
  runs: number
}

type PodState = HandledStatus['status']

/** @param states of its pods */
export function figuresOf({ isUp, problem, hosts, pods }: FleetStatus, states: Iterable<PodState>): FleetFigures {
  const counts: FleetFigures['hosts'] = { active: 0, cordoned: 0, draining: 0, gone: 0 }
  for (const { status } of hosts) counts[status] += 1
  const runs = hosts.reduce((sum, host) => sum + (host.status === 'gone' ? 0 : host.runs), 0)
  const inState: FleetFigures['states'] = { idle: 0, waiting: 0, up: 0, error: 0 }
  for (const state of states) inState[state] += 1
  return { isUp, isWell: isUp && problem === '', hosts: counts, pods, states: inState, runs }
}

// `pod.commands`: the names of what a pod adds to its shell, and of what all pods bring to the host.
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import type { Place } from '../tree/place.ts'
import { wakeFor } from '../tree/wake-for.ts'
import { findCallee } from './callee.ts'
import { commandsOfPods, namesMs } from './host-commands.ts'

/** @throws {P8aError} `pod_not_found`, `pod_not_up`, `run_not_found`, `timeout` */
export async function commands(
  place: Place,
  { name }: MethodParams<'pod.commands'>,
): Promise<MethodResults['pod.commands']> {
  if (name === undefined) return { commands: [...(await commandsOfPods(place.pods)).keys()].sort() }
  await wakeFor(place, name)
  const { peer } = findCallee(place, name)
  return { commands: await peer.request('commands', {}, { timeoutMs: namesMs }) }
}

// `pod.commands`: the names of what a pod adds to its shell. A host that no pod answers for adds nothing to its own.
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import type { Place } from '../tree/place.ts'
import { findCallee } from './callee.ts'

/** How long a run may take to name its commands. */
const namesMs = 5000

/** @throws {P8aError} `pod_not_found`, `pod_not_up`, `run_not_found`, `timeout` */
export async function commands(
  { pods }: Place,
  { name }: MethodParams<'pod.commands'>,
): Promise<MethodResults['pod.commands']> {
  if (name === undefined) return { commands: [] }
  const { peer } = findCallee(pods, name)
  return { commands: await peer.request('commands', {}, { timeoutMs: namesMs }) }
}

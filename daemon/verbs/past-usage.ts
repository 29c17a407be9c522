// `pod.usage`: what a pod, or all pods of a host, used in the last hours.
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import type { Site } from './verb.ts'

/** @throws {P8aError} `pod_not_found` */
export async function pastUsage(
  { path, pods, daemon }: Site,
  { name, last }: MethodParams<'pod.usage'>,
): Promise<MethodResults['pod.usage']> {
  if (name !== undefined && !daemon.usage.isElsewhere({ path, name })) pods.get(name)
  const { everyMs } = daemon.usage
  if (last) return { everyMs, points: [], pods: daemon.usage.last({ path, name }) }
  return { everyMs, points: daemon.usage.of({ path, name }) }
}

// `host.metrics`: what `GET /metrics` answers, for those who ask over the wire, such as a pod.
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import type { Site } from './verb.ts'

export async function hostMetrics(
  { path, daemon }: Site,
  _params: MethodParams<'host.metrics'>,
): Promise<MethodResults['host.metrics']> {
  return await daemon.metrics(path)
}

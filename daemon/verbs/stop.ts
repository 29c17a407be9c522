// `pod.stop`: ends all runs of a pod, or one run, as web.7.
import type { MethodParams } from '../../protocol/methods.ts'
import { parseRunId } from '../../protocol/names.ts'
import type { Stopped } from '../../protocol/words.ts'
import { podHost } from './pod-host.ts'
import type { Site } from './verb.ts'

/** @throws {P8aError} `pod_not_found`, `run_not_found`, `unsupported` for a kill of one run of a service, `save_failed` */
export async function stop(site: Site, params: MethodParams<'pod.stop'>): Promise<Stopped> {
  const run = parseRunId(params.name)
  if (!run || site.pods.find(params.name)) {
    return await site.pods.get(params.name).supervisor.keeping.stop(podHost(site), params)
  }
  const { keeping } = site.pods.get(run.pod).supervisor
  return await keeping.stopRun(podHost(site), { ...params, number: run.number })
}

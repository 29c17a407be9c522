// `pod.stop`: ends all runs of a pod, or one run, as web.7.
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams } from '../../protocol/methods.ts'
import { parseRunId, quote } from '../../protocol/names.ts'
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
  if (params.kill && keeping.kind === 'service')
    throw new P8aError('unsupported', `Cannot kill run ${quote(params.name)} alone: another would take its place`, {
      hint: { text: 'To kill the pod, and keep it down', do: { verb: 'kill', args: [run.pod] } },
      facts: { pod: run.pod },
    })
  return await keeping.stopRun(podHost(site), { ...params, number: run.number })
}

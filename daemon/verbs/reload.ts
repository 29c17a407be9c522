// `pod.reload`: lets another run come up beside each run of a pod, and take its place.
import type { MethodParams } from '../../protocol/methods.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { noted } from './deploys.ts'
import { refuseBeyond } from './may.ts'
import { refuseOfVersion } from './of-version.ts'
import { podHost } from './pod-host.ts'
import type { Caller, Site } from './verb.ts'

/**
 * @throws {P8aError} `pod_not_found`, `pod_not_up`, `unsupported` for a script, `version_not_found`, `forbidden` for a `may`
 *   beyond the asker's, `start_failed`, `state_broken`, `no_space`, `save_failed`
 */
export async function reload(
  site: Site,
  params: MethodParams<'pod.reload'>,
  { by }: Caller<'pod.reload'>,
): Promise<PodStatus> {
  refuseBeyond(by, params.name, params.config ?? {})
  refuseOfVersion(params.name, params.config ?? {})
  const { supervisor } = site.pods.get(params.name)
  const begun = { kind: 'reload', by: by.name, waits: params.wait } as const
  return await noted(site, supervisor, begun, () => supervisor.keeping.reload(podHost(site), params))
}
